/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The fields of a rendered payload as slices of its text, so that a value is compared and copied
 * exactly as it was written: no number is parsed and printed again.
 */
final class JsonFields {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String NULL = "null";

  /** What tells two payloads apart. */
  record Difference(List<String> common, List<String> added) {}

  private JsonFields() {}

  /** Field names, unescaped, with the text of each value. */
  static Map<String, String> slices(String json) {
    Map<String, String> slices = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("a payload is a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.getText();
        parser.nextToken();
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getCharOffset();
        slices.put(name, json.substring(start, end).trim());
      }
    } catch (IOException e) {
      // Jackson's message quotes the text, which may be personal.
      throw new IllegalArgumentException("a payload is not well-formed JSON");
    }
    return slices;
  }

  /**
   * Compares two payloads.
   *
   * @return common: fields of both that differ; added: fields of {@code now} alone that are not
   *     null; each in the order of {@code now}
   */
  static Difference difference(String now, String before) {
    Map<String, String> old = slices(before);
    List<String> common = new ArrayList<>();
    List<String> added = new ArrayList<>();
    slices(now)
        .forEach(
            (name, value) -> {
              if (!old.containsKey(name)) {
                if (!value.equals(NULL)) {
                  added.add(name);
                }
              } else if (!Objects.equals(old.get(name), value)) {
                common.add(name);
              }
            });
    return new Difference(common, added);
  }

  /** The object with only some of its fields, in their old order. */
  static String only(String json, Collection<String> names) {
    Set<String> kept = Set.copyOf(names);
    StringBuilder text = new StringBuilder("{");
    slices(json)
        .forEach(
            (name, value) -> {
              if (kept.contains(name)) {
                text.append(text.length() == 1 ? "" : ",")
                    .append('"')
                    .append(JsonStringEncoder.getInstance().quoteAsString(name))
                    .append("\":")
                    .append(value);
              }
            });
    return text.append('}').toString();
  }
}
