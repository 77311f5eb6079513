/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Braze's {@code /users/track} and {@code /users/delete} (www.braze.com/docs/api, "Track users",
 * "Delete users", "Errors and responses"). The store keeps users under {@code users}, named by
 * their external id, and every event and purchase under {@code events} and {@code purchases}.
 */
final class BrazeSandbox implements SandboxVendor {

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final int MAX_ITEMS = 75;
  private static final int MAX_DELETED = 50;

  private final AtomicLong occurrences = new AtomicLong();
  private final RateWindow window =
      new RateWindow(3_000, Duration.ofSeconds(3), says("Rate limit exceeded"));

  @Override
  public String name() {
    return "braze";
  }

  @Override
  public WireReply handle(WireRequest request, Desk desk) {
    boolean named = request.header("Authorization").orElse("").startsWith("Bearer ");
    if (desk.asksForCredentials() && !named) {
      return WireReply.of(401, says("Invalid API Key"));
    }
    return window.pass(desk.now(), () -> answer(request, desk));
  }

  private WireReply answer(WireRequest request, Desk desk) {
    JsonNode body;
    try {
      body = JSON.readTree(request.body());
    } catch (IOException e) {
      return WireReply.of(400, says("Bad syntax"));
    }
    return switch (request.method() + " " + request.path()) {
      case "POST /users/track" -> track(body, request, desk);
      case "POST /users/delete" -> delete(body, request, desk);
      default -> WireReply.of(404, says("Not Found"));
    };
  }

  private WireReply track(JsonNode body, WireRequest request, Desk desk) {
    List<BrazeTrack> parts = new ArrayList<>();
    for (String array : List.of("attributes", "events", "purchases")) {
      if (body.path(array).size() > MAX_ITEMS) {
        return WireReply.of(400, says("Max Input Length Exceeded"));
      }
      parts.addAll(BrazeTrack.parts(array, body.path(array), desk.store(), occurrences));
    }
    if (parts.isEmpty()) {
      return WireReply.of(400, says("No attributes, events or purchases to process"));
    }
    ObjectNode whole = JSON.createObjectNode().put("message", "success");
    WireReply last = null;
    for (BrazeTrack part : parts) {
      last = desk.write(part, request);
      if (last.status() != 201) {
        return last;
      }
      part.addTo(whole);
    }
    return new WireReply(201, last.headers(), whole.toString(), last.manner(), last.delay());
  }

  private WireReply delete(JsonNode body, WireRequest request, Desk desk) {
    List<String> given =
        BrazeDelete.LISTS.keySet().stream().filter(list -> body.path(list).isArray()).toList();
    if (given.size() != 1) {
      return WireReply.of(400, says("Exactly one kind of identifier is required"));
    }
    JsonNode ids = body.get(given.get(0));
    if (ids.isEmpty() || ids.size() > MAX_DELETED) {
      return WireReply.of(400, says("The max number of ids per request was exceeded"));
    }
    return desk.write(new BrazeDelete(given.get(0), ids, desk.store()), request);
  }

  static String says(String message) {
    return JSON.createObjectNode().put("message", message).toString();
  }
}
