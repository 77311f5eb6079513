/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Under which names Zendesk's records are kept: the first of {@code external_id} and {@code email}
 * that a record came with. Whoever comes with either later is the same record. Thread-safe.
 */
final class ZendeskNames {

  private final Map<String, String> names = new HashMap<>();
  private long nameless;

  /** The name of the record that {@code fields} are of; a new one for a ticket. */
  synchronized String of(String object, JsonNode fields) {
    String ours = text(fields, "external_id");
    String email = object.equals("users") ? text(fields, "email").toLowerCase(Locale.ROOT) : "";
    String known = names.get(object + " external_id " + ours);
    if (known == null) {
      known = names.get(object + " email " + email);
    }
    if (known == null) {
      known = !ours.isEmpty() ? ours : email;
    }
    if (known.isEmpty() || object.equals("tickets")) {
      return "new:" + ++nameless;
    }
    if (!ours.isEmpty()) {
      names.put(object + " external_id " + ours, known);
    }
    if (!email.isEmpty()) {
      names.put(object + " email " + email, known);
    }
    return known;
  }

  /** The name of the record that has this id of its owner's, or {@code null}. */
  synchronized String ofOurs(String object, String externalId) {
    return names.get(object + " external_id " + externalId);
  }

  /** Nobody is known by that name any more. */
  synchronized void forget(String object, String name) {
    names
        .entrySet()
        .removeIf(each -> each.getValue().equals(name) && each.getKey().startsWith(object + " "));
  }

  private static String text(JsonNode fields, String name) {
    return fields.hasNonNull(name) ? fields.get(name).asText() : "";
  }

  /**
   * The fields as they are kept: {@code {"user_fields":{"plan":…}}} as {@code user_fields.plan}.
   */
  static ObjectNode flat(ObjectNode fields) {
    ObjectNode flat = fields.objectNode();
    fields
        .fields()
        .forEachRemaining(
            field -> {
              String name = field.getKey();
              JsonNode value = field.getValue();
              if (value.isObject()) {
                value
                    .fields()
                    .forEachRemaining(
                        each -> flat.set(name + "." + each.getKey(), each.getValue()));
              } else if (name.equals("custom_fields") && value.isArray()) {
                value.forEach(
                    each -> flat.set(name + "." + each.path("id").asText(), each.get("value")));
              } else {
                flat.set(name, value);
              }
            });
    return flat;
  }
}
