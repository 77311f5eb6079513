/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.database.Table.Column;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Values in the text format of PostgreSQL's {@code COPY} ("COPY", section "Text Format"): columns
 * between tabs, {@code \N} for null, a backslash before what would be read as anything else. The
 * server reads each value by its column's own type, so that a number keeps all its digits.
 */
final class CopyText {

  private static final String NULL = "\\N";

  private CopyText() {}

  /**
   * What the server's reader of the column's type takes.
   *
   * <ul>
   *   <li>json, jsonb: a text that is a JSON object or array is that; any other is a JSON string
   *   <li>arrays: from JSON arrays; a text is taken as the array that PostgreSQL writes so
   *   <li>bytea: from base64
   * </ul>
   *
   * @throws BadValue if bytes are not in base64
   */
  static Object of(Column column, JsonNode value) throws BadValue {
    String type = String.valueOf(column.code());
    if (type.startsWith("_") && value.isArray()) {
      return array(type.substring(1), value);
    }
    return scalar(type, value);
  }

  private static String scalar(String type, JsonNode value) throws BadValue {
    return switch (type) {
      case "json", "jsonb" -> json(value);
      case "bytea" -> bytes(value);
      default -> Json.text(value);
    };
  }

  private static String json(JsonNode value) {
    if (value.isTextual()) {
      String text = value.asText().strip();
      boolean json =
          (text.startsWith("{") && text.endsWith("}"))
              || (text.startsWith("[") && text.endsWith("]"));
      // Whether it is JSON throughout is for the server to say.
      return json ? text : value.toString();
    }
    return value.toString();
  }

  private static String bytes(JsonNode value) throws BadValue {
    try {
      byte[] bytes = Base64.getDecoder().decode(value.isTextual() ? value.asText() : "?");
      return "\\x" + HexFormat.of().formatHex(bytes);
    } catch (IllegalArgumentException e) {
      throw new BadValue("NOT_BASE64", "bytes are written in base64");
    }
  }

  /** {@code {"a","b\"c",NULL}}; an array in an array is one more dimension, except of JSON. */
  private static String array(String element, JsonNode values) throws BadValue {
    StringBuilder literal = new StringBuilder("{");
    for (JsonNode value : values) {
      if (literal.length() > 1) {
        literal.append(',');
      }
      if (value.isNull()) {
        literal.append("NULL");
      } else if (value.isArray() && !element.startsWith("json")) {
        literal.append(array(element, value));
      } else {
        String text = scalar(element, value);
        literal.append('"').append(text.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
      }
    }
    return literal.append('}').toString();
  }

  /** Appends a line of these values, texts or null. */
  static void line(StringBuilder out, int number, List<Object> first, List<Object> second) {
    out.append(number);
    first.forEach(value -> cell(out.append('\t'), value));
    second.forEach(value -> cell(out.append('\t'), value));
    out.append('\n');
  }

  private static void cell(StringBuilder out, Object value) {
    if (value == null) {
      out.append(NULL);
      return;
    }
    String text = value.toString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append(c);
      }
    }
  }
}
