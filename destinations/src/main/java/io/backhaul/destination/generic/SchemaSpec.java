/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a destination is asked what fields an object has. Immutable.
 *
 * @param fields gives a list of {@code {"name","type","required","writable","max_length","enum"}}
 * @param closed whether that list is complete
 * @param keys names of fields that a record can be matched by
 */
record SchemaSpec(
    RequestTemplate request,
    CallBody body,
    Expr fields,
    boolean closed,
    Set<String> keys,
    FailureRules failures) {

  SchemaSpec {
    keys = Set.copyOf(keys);
  }

  static SchemaSpec read(String where, JsonNode schema, FailureRules file) {
    Set<String> keys = new HashSet<>();
    schema.path("keys").forEach(key -> keys.add(key.asText()));
    return new SchemaSpec(
        RequestTemplate.read(where, schema, "GET"),
        schema.hasNonNull("body")
            ? new CallBody.Worded(
                Expr.jslt(where + ".body", schema.get("body").asText()), BodyFormat.JSON)
            : new CallBody.Empty(),
        Expr.reading(where + ".fields", schema.path("fields").asText()),
        schema.path("closed").asBoolean(true),
        keys,
        file.of(schema));
  }

  /** What the answer says of the object. */
  ObjectSchema schema(String object, HttpAnswer answer, Scope scope) {
    JsonNode list =
        fields.on(JsonBody.tree(answer).orElseGet(() -> JsonBody.object(answer)), scope);
    if (!list.isArray()) {
      throw DestinationException.contradictory(
          answer.status(), "the answer holds no list of fields: is url the right address?");
    }
    List<ObjectSchema.Field> all = new ArrayList<>();
    for (JsonNode field : list) {
      List<String> picklist = new ArrayList<>();
      field.path("enum").forEach(value -> picklist.add(value.asText()));
      all.add(
          new ObjectSchema.Field(
              field.path("name").asText(),
              field.path("type").asText("string"),
              field.path("required").asBoolean(false),
              field.path("writable").asBoolean(true),
              field.path("max_length").asInt(0),
              picklist));
    }
    return new ObjectSchema(object, closed, all, keys);
  }
}
