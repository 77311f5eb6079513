/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Customer.io's {@code /api/v2/batch} and {@code /api/v1/accounts/region} (docs.customer.io, Track
 * API). The store keeps people under {@code people} by the identifier they came with, events under
 * {@code events}, and objects under {@code objects/<type>}.
 */
final class CustomerioSandbox implements SandboxVendor {

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final int MAX_BODY = 500 * 1024;

  private final AtomicLong events = new AtomicLong();

  @Override
  public String name() {
    return "customerio";
  }

  @Override
  public WireReply handle(WireRequest request, Desk desk) {
    boolean named = request.header("Authorization").orElse("").startsWith("Basic ");
    if (desk.asksForCredentials() && !named) {
      return WireReply.of(401, "");
    }
    return switch (request.method() + " " + request.path()) {
      case "POST /api/v2/batch" -> batch(request, desk);
      case "GET /api/v1/accounts/region" -> WireReply.of(200, region());
      default -> WireReply.of(404, "");
    };
  }

  private static String region() {
    return JSON.createObjectNode()
        .put("url", "https://track.customer.io")
        .put("region", "us")
        .put("environment_id", 3)
        .toString();
  }

  private WireReply batch(WireRequest request, Desk desk) {
    JsonNode items;
    try {
      items = JSON.readTree(request.body()).path("batch");
    } catch (IOException e) {
      return WireReply.of(400, refused("invalid", "body", "the body is not JSON"));
    }
    if (request.body().length >= MAX_BODY) {
      return WireReply.of(400, refused("too_large", "body", "a batch is smaller than 500kb"));
    }
    if (!items.isArray() || items.isEmpty()) {
      return WireReply.of(400, refused("required", "batch", "batch is required"));
    }
    Map<Integer, ObjectNode> errors = new TreeMap<>();
    WireReply last = WireReply.of(200, "{}");
    for (CustomerioItems part : CustomerioItems.parts(items, errors, events)) {
      last = desk.write(part, request);
      if (last.status() != 200) {
        return last;
      }
    }
    ObjectNode body = JSON.createObjectNode();
    if (!errors.isEmpty()) {
      ArrayNode list = body.putArray("errors");
      errors.values().forEach(list::add);
    }
    return new WireReply(
        errors.isEmpty() ? 200 : 207, last.headers(), body.toString(), last.manner(), last.delay());
  }

  static ObjectNode error(String reason, String field, String message) {
    return JSON.createObjectNode()
        .put("reason", reason)
        .put("field", field)
        .put("message", message);
  }

  static String refused(String reason, String field, String message) {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("errors").add(error(reason, field, message));
    return body.toString();
  }
}
