/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.LoopbackHttp;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A destination of the worst manners: whatever it refuses, it repeats all it was sent, headers and
 * values, in every spelling it can think of. The path says what it refuses: {@code /records} every
 * fifth record, {@code /poison} and {@code /credentials} every request, {@code /throttle} the
 * first, {@code /broken} every one with 500.
 */
final class EchoingVendor implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final LoopbackHttp http = LoopbackHttp.start(0, this::handle);
  private final AtomicInteger throttled = new AtomicInteger();

  URI url() {
    return http.url();
  }

  @Override
  public void close() {
    http.close();
  }

  private WireReply handle(WireRequest request) {
    String path = request.path();
    if (path.startsWith("/poison")) {
      return WireReply.of(400, error(request));
    } else if (path.startsWith("/credentials")) {
      return WireReply.of(401, error(request));
    } else if (path.startsWith("/broken")) {
      return WireReply.of(500, error(request));
    } else if (path.startsWith("/throttle") && throttled.getAndIncrement() == 0) {
      return WireReply.of(429, Map.of("Retry-After", "1"), error(request));
    }
    return results(request);
  }

  private static String error(WireRequest request) {
    StringBuilder said = new StringBuilder(headers(request));
    records(request).forEach(record -> said.append(spelt(record)));
    return JSON.createObjectNode()
        .put("code", "BAD " + request.header("Authorization").orElse(""))
        .put("field", records(request).path(0).at("/fields/email").asText())
        .put("message", said.toString())
        .toString();
  }

  private static WireReply results(WireRequest request) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode results = answer.putArray("results");
    for (JsonNode record : records(request)) {
      ObjectNode result = results.addObject();
      result.set("key", record.path("key"));
      int number = record.path("key").path("customer_id").asInt();
      if (number % 5 == 0 && request.path().startsWith("/records")) {
        result
            .put("status", "rejected")
            .put("code", "BAD " + record.at("/fields/email").asText())
            .put("field", "email " + record.at("/fields/email").asText())
            .put("message", number % 2 == 0 ? headers(request) : spelt(record));
      } else {
        result.put("status", "applied").put("id", "n" + number);
      }
    }
    return WireReply.of(200, answer.toString());
  }

  private static JsonNode records(WireRequest request) {
    try {
      return JSON.readTree(request.body()).path("records");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String headers(WireRequest request) {
    StringBuilder said = new StringBuilder("you sent");
    for (String name : new String[] {"Authorization", "X-Api-Secret"}) {
      request.header(name).ifPresent(value -> said.append(' ').append(every(value)));
    }
    return said.toString();
  }

  private static String spelt(JsonNode record) {
    StringBuilder said = new StringBuilder(" cannot take ");
    for (JsonNode value : record.path("fields")) {
      (value.isContainerNode() ? value : JSON.createArrayNode().add(value))
          .forEach(part -> said.append(every(part.asText())));
    }
    return said.toString();
  }

  /** The value as it is, cut short, and as people and programs quote it. */
  private static String every(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    String json = JSON.createObjectNode().put("v", value).toString();
    StringBuilder ascii = new StringBuilder();
    value.chars().forEach(c -> ascii.append(c < 128 ? "" + (char) c : "\\u%04x".formatted(c)));
    return String.join(
        " | ",
        value,
        value.substring(0, Math.max(1, value.length() * 3 / 4)) + "…",
        value.substring(value.length() / 4),
        value.toUpperCase(Locale.ROOT),
        value.toLowerCase(Locale.ROOT),
        URLEncoder.encode(value, StandardCharsets.UTF_8),
        json,
        ascii,
        Base64.getEncoder().encodeToString(utf8),
        "");
  }
}
