/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The part of Iterable's API that syncs use, as its description has it (Iterable/api-client,
 * api-docs.json): users in bulk, events in bulk, members of lists, deletes, the names of fields.
 * The store keeps users under {@code users} by their e-mail address in lower case or their userId,
 * events under {@code events}, and members under {@code lists/<id>}.
 */
final class IterableSandbox implements SandboxVendor {

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final int MAX_BODY = 4 << 20;
  private static final String BY_USER_ID = "byUserId/";
  private static final String USERS = "/api/users/";
  private static final String LIMIT = "Exceeded rate limit for endpoint, project: 1";

  private final AtomicLong events = new AtomicLong();

  @Override
  public String name() {
    return "iterable";
  }

  @Override
  public WireReply handle(WireRequest request, Desk desk) {
    if (desk.asksForCredentials() && request.header("Api-Key").orElse("").isEmpty()) {
      return WireReply.of(401, says("BadApiKey", "Invalid API key"));
    }
    WireReply reply = answer(request, desk);
    return reply.status() == 429
        ? new WireReply(
            429, reply.headers(), says("RateLimitExceeded", LIMIT), reply.manner(), reply.delay())
        : reply;
  }

  private WireReply answer(WireRequest request, Desk desk) {
    if (request.body().length > MAX_BODY) {
      return WireReply.of(400, says("BatchTooLarge", "The request body is larger than 4 MB"));
    }
    String call = request.method() + " " + request.path();
    if (call.startsWith("DELETE " + USERS)) {
      return desk.write(new IterableDelete(who(request.path().substring(USERS.length()))), request);
    }
    return switch (call) {
      case "POST /api/users/bulkUpdate" -> write("users", "users", "upsert", request, desk);
      case "POST /api/events/trackBulk" -> write("events", "events", "upsert", request, desk);
      case "POST /api/lists/subscribe" -> list("upsert", request, desk);
      case "POST /api/lists/unsubscribe" -> list("delete", request, desk);
      case "GET /api/channels" -> WireReply.of(200, channels());
      case "GET /api/users/getFields" -> WireReply.of(200, fields());
      default -> WireReply.of(404, says("NotFound", "no such endpoint"));
    };
  }

  private static String who(String path) {
    boolean byId = path.startsWith(BY_USER_ID);
    String name =
        URLDecoder.decode(
            byId ? path.substring(BY_USER_ID.length()) : path, StandardCharsets.UTF_8);
    return byId ? name : IterableWrite.address(name);
  }

  private WireReply list(String op, WireRequest request, Desk desk) {
    try {
      JsonNode id = JSON.readTree(request.body()).path("listId");
      return id.isIntegralNumber()
          ? write("lists/" + id.asText(), "subscribers", op, request, desk)
          : WireReply.of(400, says("BadParams", "listId: a number is required"));
    } catch (IOException e) {
      return WireReply.of(400, says("BadJsonBody", "the body is not JSON"));
    }
  }

  private WireReply write(String object, String array, String op, WireRequest request, Desk desk) {
    return desk.write(new IterableWrite(object, array, op, events), request);
  }

  private static String channels() {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("channels")
        .addObject()
        .put("id", 1)
        .put("name", "Marketing Channel")
        .put("channelType", "Marketing")
        .put("messageMedium", "Email");
    return body.toString();
  }

  private static String fields() {
    ObjectNode body = JSON.createObjectNode();
    body.putObject("fields")
        .put("email", "string")
        .put("userId", "string")
        .put("firstName", "string")
        .put("lastName", "string")
        .put("phoneNumber", "string")
        .put("signupDate", "date")
        .put("lifetimeValue", "double");
    return body.toString();
  }

  static String says(String code, String message) {
    return JSON.createObjectNode()
        .put("msg", message)
        .put("code", code)
        .putNull("params")
        .toString();
  }

  /** Text of a value, for comparison with what a script looks for. */
  static String text(JsonNode value) {
    try {
      return value.isTextual() ? value.asText() : JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is JSON", e);
    }
  }
}
