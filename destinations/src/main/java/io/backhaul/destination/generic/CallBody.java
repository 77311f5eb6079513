/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.http.JsonBody;
import java.util.List;

/** What a call carries. Immutable. */
sealed interface CallBody {

  /**
   * The bytes, or {@code null} for none.
   *
   * @param input what the call's templates see
   * @param scope with {@code $items}
   */
  byte[] of(List<Row> rows, JsonNode input, Scope scope);

  String contentType();

  /** Nothing. */
  record Empty() implements CallBody {
    @Override
    public byte[] of(List<Row> rows, JsonNode input, Scope scope) {
      return null;
    }

    @Override
    public String contentType() {
      return null;
    }
  }

  /** What an expression gives. */
  record Worded(Expr expression, BodyFormat format) implements CallBody {
    @Override
    public byte[] of(List<Row> rows, JsonNode input, Scope scope) {
      return JsonBody.utf8(format.text(expression.on(input, scope)));
    }

    @Override
    public String contentType() {
      return format.contentType();
    }
  }

  /**
   * {@code {"object","op","records":[{"key":{…},"fields":{…}}]}}; a delete carries {@code id}, the
   * destination's own id, in place of fields, if one is known. Keys and fields go out character for
   * character as they stand in the outbox.
   */
  record Envelope() implements CallBody {
    @Override
    public byte[] of(List<Row> rows, JsonNode input, Scope scope) {
      StringBuilder body = new StringBuilder(256 * rows.size());
      body.append("{\"object\":");
      quote(scope.variables().get("object").asText(), body);
      body.append(",\"op\":\"").append(scope.variables().get("op").asText());
      body.append("\",\"records\":[");
      String comma = "";
      for (Row row : rows) {
        Change change = row.change();
        body.append(comma).append("{\"key\":").append(change.key());
        if (change.op() != Op.DELETE) {
          body.append(",\"fields\":").append(change.fields());
        } else if (change.destinationId() != null) {
          body.append(",\"id\":");
          quote(change.destinationId(), body);
        }
        body.append('}');
        comma = ",";
      }
      return JsonBody.utf8(body.append("]}"));
    }

    @Override
    public String contentType() {
      return BodyFormat.JSON.contentType();
    }

    private static void quote(String text, StringBuilder body) {
      body.append('"');
      JsonStringEncoder.getInstance().quoteAsString(text, body);
      body.append('"');
    }
  }

  /** A list of the records as templates see them. */
  static ArrayNode records(List<Row> rows) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    rows.forEach(row -> records.add(row.node()));
    return records;
  }
}
