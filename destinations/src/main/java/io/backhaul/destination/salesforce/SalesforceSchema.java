/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.ObjectSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * An object's fields out of what Salesforce describes ("sObject Describe", v67), with the paths by
 * which a parent can be named: for that its parents are described as well.
 */
final class SalesforceSchema {

  /** Objects such as Task, which may belong to anything, are not followed to all their parents. */
  private static final int MOST_PARENTS = 10;

  private SalesforceSchema() {}

  /**
   * @param description of the object
   * @param parents describes another object; empty where we may not see it
   */
  static ObjectSchema of(
      String object, JsonNode description, Function<String, Optional<JsonNode>> parents) {
    List<ObjectSchema.Field> fields = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    Set<String> followed = new LinkedHashSet<>();
    boolean complete = true;
    for (JsonNode field : description.path("fields")) {
      fields.add(field(field.path("name").asText(), field, true));
      if (identifies(field)) {
        keys.add(field.path("name").asText());
      }
      for (JsonNode parent : relationship(field)) {
        followed.add(parent.asText());
      }
    }
    for (String parent : followed) {
      Optional<JsonNode> other =
          followed.size() > MOST_PARENTS
              ? Optional.empty()
              : parent.equals(object) ? Optional.of(description) : parents.apply(parent);
      complete &= other.isPresent();
      other.ifPresent(found -> addPaths(fields, description, parent, found));
    }
    return new ObjectSchema(object, complete, fields, keys);
  }

  private static void addPaths(
      List<ObjectSchema.Field> fields, JsonNode description, String parent, JsonNode other) {
    for (JsonNode field : description.path("fields")) {
      boolean refers = false;
      for (JsonNode type : relationship(field)) {
        refers |= type.asText().equals(parent);
      }
      if (!refers) {
        continue;
      }
      String type = field.path("referenceTo").size() > 1 ? parent + ":" : "";
      String start = type + field.path("relationshipName").asText() + ".";
      for (JsonNode candidate : other.path("fields")) {
        if (identifies(candidate)) {
          fields.add(field(start + candidate.path("name").asText(), candidate, false));
        }
      }
    }
  }

  /** The objects that a field may refer to, if a record's parent can be set by it. */
  private static Iterable<JsonNode> relationship(JsonNode field) {
    return writable(field) && field.path("relationshipName").isTextual()
        ? field.path("referenceTo")
        : List.of();
  }

  /** Whether a record can be found by the field; an upsert does not take Salesforce's own id. */
  private static boolean identifies(JsonNode field) {
    return !field.path("name").asText().equals("Id")
        && (field.path("externalId").asBoolean(false) || field.path("idLookup").asBoolean(false));
  }

  private static boolean writable(JsonNode field) {
    return field.path("createable").asBoolean(false) || field.path("updateable").asBoolean(false);
  }

  private static ObjectSchema.Field field(String name, JsonNode field, boolean own) {
    boolean required =
        own
            && field.path("createable").asBoolean(false)
            && !field.path("nillable").asBoolean(true)
            && !field.path("defaultedOnCreate").asBoolean(false);
    return new ObjectSchema.Field(
        name,
        field.path("type").asText("string"),
        required,
        !own || writable(field),
        field.path("length").asInt(0),
        own ? words(field) : List.of());
  }

  /** The only values a field takes: an unrestricted picklist takes any, and several are joined. */
  private static List<String> words(JsonNode field) {
    List<String> words = new ArrayList<>();
    if (field.path("restrictedPicklist").asBoolean(false)
        && field.path("type").asText().equals("picklist")) {
      for (JsonNode value : field.path("picklistValues")) {
        if (value.path("active").asBoolean(true)) {
          words.add(value.path("value").asText());
        }
      }
    }
    return words;
  }
}
