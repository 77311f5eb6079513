/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One call about one message: {@code chat.postMessage}, {@code chat.update}, {@code chat.delete}.
 *
 * @param call the method behind its dot
 * @param channel its id
 * @param ts the message's time stamp, for a new one the one that it gets
 */
record SlackApi(String call, String channel, String ts, ObjectNode message) implements SandboxApi {

  private static final int MAX_TEXT = 40_000;
  private static final int MAX_BLOCKS = 50;
  private static final int MAX_SECTION = 3_000;
  private static final int MAX_ALL_BLOCKS = 13_200;

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws BadRequest {
    ObjectNode fields = message.deepCopy();
    fields.remove(List.of("channel", "ts"));
    if (!call.equals("delete")) {
      check(fields);
    }
    String text = fields.path("text").asText("");
    if (text.length() > MAX_TEXT) {
      fields.put("text", text.substring(0, MAX_TEXT));
    }
    Map<String, String> watched = new HashMap<>();
    for (String field : watch) {
      if (fields.hasNonNull(field)) {
        watched.put(field, fields.get(field).asText());
      }
    }
    String op =
        switch (call) {
          case "update" -> "update";
          case "delete" -> "delete";
          default -> "insert";
        };
    Incoming record = new Incoming(ts, op.equals("delete") ? "" : fields.toString(), watched, ts);
    return new Posted("channels/" + channel, op, List.of(record), 0);
  }

  private static void check(ObjectNode fields) throws BadRequest {
    JsonNode blocks = fields.path("blocks");
    boolean shows =
        !fields.path("text").asText("").isEmpty()
            || !blocks.isEmpty()
            || !fields.path("attachments").isEmpty()
            || fields.has("markdown_text");
    if (!shows) {
      throw new BadRequest("no_text");
    }
    if (blocks.size() > MAX_BLOCKS) {
      throw new BadRequest("invalid_blocks");
    }
    for (JsonNode block : blocks) {
      boolean section = block.path("type").asText().equals("section");
      if (!block.has("type")
          || (section && block.at("/text/text").asText().length() > MAX_SECTION)) {
        throw new BadRequest("invalid_blocks");
      }
    }
    if (blocks.toString().length() > MAX_ALL_BLOCKS) {
      throw new BadRequest("msg_blocks_too_long");
    }
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    Result result = results.get(0);
    if (result.status().equals("retry")) {
      return WireReply.of(429, Map.of("Retry-After", "1"), "");
    }
    if (!result.applied()) {
      return result.code().equals("NOT_FOUND")
          ? SlackSandbox.error("message_not_found")
          : refusal(200, result.code().toLowerCase(Locale.ROOT), result.field(), result.message());
    }
    ObjectNode body = SlackSandbox.JSON.createObjectNode().put("ok", true);
    body.put("channel", channel).put("ts", ts);
    if (!call.equals("delete")) {
      body.putObject("message").put("type", "message").put("ts", ts);
    }
    return WireReply.of(200, body.toString());
  }

  /** What is wrong with a request is its error; Slack says so with 200. */
  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    if (code.equals("BAD_REQUEST")) {
      return SlackSandbox.error(message);
    }
    ObjectNode body = SlackSandbox.JSON.createObjectNode().put("ok", false).put("error", code);
    String where = field == null ? "" : " [json-pointer:/" + field + "]";
    body.putObject("response_metadata").putArray("messages").add("[ERROR] " + message + where);
    return WireReply.of(200, body.toString());
  }
}
