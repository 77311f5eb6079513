/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Op;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.JsonBody;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One call about one message. A message's id is its channel and its time stamp, {@code
 * C0123456789:1503435956.000247}; a record may also name it in {@code channel} and {@code ts}.
 *
 * @param method {@code chat.postMessage}, {@code chat.update} or {@code chat.delete}
 */
record SlackMessage(String method, ObjectNode body) {

  /** Slack truncates what is longer ("chat.postMessage"). */
  static final int LONGEST_TEXT = 40_000;

  /** What an update takes, and what only a new message has. Other fields are for templates. */
  private static final List<String> CONTENT =
      List.of("text", "blocks", "attachments", "metadata", "markdown_text", "link_names", "parse");

  private static final List<String> DELIVERY =
      List.of(
          "thread_ts",
          "reply_broadcast",
          "username",
          "icon_emoji",
          "icon_url",
          "mrkdwn",
          "unfurl_links",
          "unfurl_media");

  private static final Set<String> STRUCTURES = Set.of("blocks", "attachments", "metadata");
  private static final Set<String> FLAGS =
      Set.of("link_names", "reply_broadcast", "mrkdwn", "unfurl_links", "unfurl_media");

  /** Words a change. */
  static SlackMessage of(
      ChangeFields record, SlackObject object, SlackConfig config, SlackDirectory directory)
      throws Unsendable {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    Op op = record.change().op();
    if (op == Op.INSERT) {
      body.put("channel", directory.id(address(record, object, config)));
      content(body, record, config);
      for (String name : DELIVERY) {
        put(body, name, record.fields().get(name));
      }
      return new SlackMessage("chat.postMessage", body);
    }
    target(body, record, object, config, directory);
    if (op == Op.UPDATE) {
      content(body, record, config);
    }
    return new SlackMessage(op == Op.UPDATE ? "chat.update" : "chat.delete", body);
  }

  /** Where a message goes: to the object, else to the record's channel, else to its user. */
  private static String address(ChangeFields record, SlackObject object, SlackConfig config)
      throws Unsendable {
    return Optional.ofNullable(object.channel())
        .or(() -> record.identity("channel").map(JsonNode::asText))
        .or(() -> record.identity("email").map(email -> "@" + email.asText()))
        .or(() -> Optional.ofNullable(config.channel()))
        .orElseThrow(
            () ->
                new Unsendable(
                    "CHANNEL_EMPTY", "channel", "the record names neither channel nor email"));
  }

  private static void target(
      ObjectNode body,
      ChangeFields record,
      SlackObject object,
      SlackConfig config,
      SlackDirectory directory)
      throws Unsendable {
    String id = record.change().destinationId();
    int colon = id == null ? -1 : id.lastIndexOf(':');
    if (colon > 0) {
      body.put("channel", id.substring(0, colon)).put("ts", id.substring(colon + 1));
      return;
    }
    Optional<JsonNode> ts = record.identity("ts");
    if (ts.isEmpty()) {
      throw new Unsendable(
          "NO_DESTINATION_ID",
          null,
          "Slack finds a message by its channel and ts alone, which are not known of this record");
    }
    body.put("channel", directory.id(address(record, object, config)));
    body.put("ts", text(ts.get()));
  }

  private static void content(ObjectNode body, ChangeFields record, SlackConfig config)
      throws Unsendable {
    for (String name : CONTENT) {
      put(body, name, record.fields().get(name));
    }
    if (config.text().isPresent()) {
      put(body, "text", config.text().get().on(record));
    }
    if (config.blocks().isPresent()) {
      put(body, "blocks", config.blocks().get().on(record));
    }
    if (body.path("text").asText("").length() > LONGEST_TEXT) {
      throw new Unsendable(
          "msg_too_long", "text", "Slack truncates a text of more than 40,000 characters");
    }
  }

  /** Adds an argument; one that is null is left out. */
  private static void put(ObjectNode body, String name, JsonNode value) throws Unsendable {
    if (value == null || value.isNull() || value.isMissingNode()) {
      return;
    }
    if (STRUCTURES.contains(name)) {
      body.set(name, structure(name, value));
    } else if (FLAGS.contains(name) && value.isBoolean()) {
      body.set(name, value);
    } else {
      body.put(name, text(value));
    }
  }

  /** A structure, or the text of one, which is how warehouses keep them. */
  private static JsonNode structure(String name, JsonNode value) throws Unsendable {
    JsonNode structure = value;
    try {
      structure = value.isTextual() ? JsonBody.parse(value.asText()) : value;
    } catch (IllegalArgumentException e) {
      // Said below, with the name of the field.
    }
    if (!structure.isContainerNode()) {
      throw new Unsendable("NOT_A_STRUCTURE", name, name + " is not JSON, as Slack wants it");
    }
    return structure;
  }

  private static String text(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue().toPlainString();
    }
    return value.isContainerNode() ? value.toString() : value.asText();
  }
}
