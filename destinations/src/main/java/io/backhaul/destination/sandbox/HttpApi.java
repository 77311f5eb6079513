/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The {@code http} destination's default contract, from the other side: {@code /api} answers one
 * result a record, {@code /strict} takes all records of a request or refuses it with 422.
 */
final class HttpApi implements SandboxApi {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    String object = null;
    String op = null;
    List<Incoming> records = new ArrayList<>();
    byte[] body = request.body();
    try (JsonParser parser = FACTORY.createParser(body)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT, "the body is not a JSON object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "object" -> object = parser.getText();
          case "op" -> op = parser.getText();
          case "records" -> {
            expect(parser.currentToken() == JsonToken.START_ARRAY, "records is not a list");
            while (parser.nextToken() == JsonToken.START_OBJECT) {
              records.add(record(parser, body, watch));
            }
          }
          default -> parser.skipChildren();
        }
      }
    }
    expect(object != null && op != null, "object and op are missing");
    expect(Set.of("upsert", "insert", "update", "delete").contains(op), "no such op: " + op);
    expect(!records.isEmpty(), "there are no records");
    return new Posted(object, op, records, request.path().startsWith("/strict") ? 422 : 0);
  }

  private static Incoming record(JsonParser parser, byte[] body, Set<String> watch)
      throws IOException, BadRequest {
    String key = null;
    String fields = "";
    Map<String, String> watched = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "key" -> key = canonical(JSON.readTree(parser));
        case "fields" -> {
          expect(parser.currentToken() == JsonToken.START_OBJECT, "fields is not an object");
          int from = (int) parser.currentTokenLocation().getByteOffset();
          watch(parser, watch, watched);
          int to = (int) parser.currentLocation().getByteOffset();
          fields = new String(body, from, to - from, StandardCharsets.UTF_8);
        }
        default -> parser.skipChildren();
      }
    }
    expect(key != null, "a record has no key");
    return new Incoming(key, fields, watched, key);
  }

  /** Moves to the end of the object, taking note of the watched fields. */
  private static void watch(JsonParser parser, Set<String> watch, Map<String, String> watched)
      throws IOException {
    if (watch.isEmpty()) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value.isScalarValue() && value != JsonToken.VALUE_NULL && watch.contains(name)) {
        watched.put(name, parser.getText());
      }
      parser.skipChildren();
    }
  }

  /** The key with its names in order, as the store keeps it. */
  private static String canonical(JsonNode key) throws BadRequest {
    expect(key.isObject() && !key.isEmpty(), "a key is not an object");
    if (key.size() == 1) {
      return key.toString();
    }
    Map<String, JsonNode> sorted = new TreeMap<>();
    key.fields().forEachRemaining(field -> sorted.put(field.getKey(), field.getValue()));
    return JSON.valueToTree(sorted).toString();
  }

  private static void expect(boolean holds, String message) throws BadRequest {
    if (!holds) {
      throw new BadRequest(message);
    }
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    StringBuilder body = new StringBuilder(64 * results.size()).append("{\"results\":[");
    String comma = "";
    for (Result result : results) {
      body.append(comma).append("{\"key\":").append(result.record().mark());
      text(body, "status", result.status());
      text(body, "id", result.id());
      text(body, "code", result.code());
      text(body, "field", result.field());
      text(body, "message", result.message());
      body.append('}');
      comma = ",";
    }
    return WireReply.of(200, body.append("]}").toString());
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    StringBuilder body = new StringBuilder("{\"status\":\"error\"");
    text(body, "code", code);
    text(body, "field", field);
    text(body, "message", message);
    return WireReply.of(status, body.append('}').toString());
  }

  private static void text(StringBuilder body, String name, String value) {
    if (value != null) {
      body.append(",\"").append(name).append("\":\"");
      JsonStringEncoder.getInstance().quoteAsString(value, body);
      body.append('"');
    }
  }
}
