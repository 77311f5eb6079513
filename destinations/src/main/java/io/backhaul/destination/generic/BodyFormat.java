/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.http.JsonBody;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;

/** How a value becomes the bytes of a request. */
enum BodyFormat {
  JSON("application/json") {
    @Override
    String text(JsonNode value) {
      return value.toString();
    }
  },
  /** An object's members; a list repeats its name. */
  FORM("application/x-www-form-urlencoded") {
    @Override
    String text(JsonNode value) {
      StringJoiner form = new StringJoiner("&");
      value
          .fields()
          .forEachRemaining(
              each -> {
                if (each.getValue().isArray()) {
                  each.getValue().forEach(one -> add(form, each.getKey(), one));
                } else {
                  add(form, each.getKey(), each.getValue());
                }
              });
      return form.toString();
    }
  },
  /** Each element of a list in a line of its own. */
  LINES("application/x-ndjson") {
    @Override
    String text(JsonNode value) {
      StringBuilder lines = new StringBuilder();
      value.forEach(line -> lines.append(line).append('\n'));
      return lines.toString();
    }
  },
  /** A text as it stands. */
  TEXT("text/plain; charset=utf-8") {
    @Override
    String text(JsonNode value) {
      String plain = JsltFunctions.plain(value);
      return plain == null ? "" : plain;
    }
  };

  private final String contentType;

  BodyFormat(String contentType) {
    this.contentType = contentType;
  }

  abstract String text(JsonNode value);

  String contentType() {
    return contentType;
  }

  /** The format of a {@link #words word}. */
  static BodyFormat of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  static String[] words() {
    return Arrays.stream(values())
        .map(format -> format.name().toLowerCase(Locale.ROOT))
        .toArray(String[]::new);
  }

  private static void add(StringJoiner form, String name, JsonNode value) {
    String plain = JsltFunctions.plain(value);
    if (plain != null) {
      form.add(encoded(name) + "=" + encoded(plain));
    }
  }

  /** Percent-encoded, as a segment of a path or a value in a query. */
  static String encoded(String text) {
    JsonBody.utf8(text); // half a surrogate pair would become a question mark
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
