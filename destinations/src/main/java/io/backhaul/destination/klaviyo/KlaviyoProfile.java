/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.http.ChangeFields;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A profile as Klaviyo takes it. It is known by {@code email}, {@code phone_number} or {@code
 * external_id}; a record that has none of them is known by the value of its sole key column as
 * {@code external_id}.
 *
 * <p>Klaviyo's own attributes stand at the top, {@code location.city} below {@code location}; every
 * other field is a property, whether it says {@code properties.} or not. A null clears.
 *
 * @param resource the JSON:API resource without its type
 * @param marks what Klaviyo may tell it by: identifier to value, the first one naming it
 */
record KlaviyoProfile(Change change, ObjectNode resource, Map<String, String> marks) {

  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);

  /** In the order in which Klaviyo looks for a profile. */
  static final List<String> IDENTIFIERS = List.of("email", "phone_number", "external_id");

  static final Set<String> ATTRIBUTES =
      Set.of(
          "email",
          "phone_number",
          "external_id",
          "_kx",
          "first_name",
          "last_name",
          "organization",
          "locale",
          "title",
          "image",
          "location",
          "properties");

  static final Set<String> LOCATION =
      Set.of(
          "address1",
          "address2",
          "city",
          "country",
          "latitude",
          "longitude",
          "region",
          "zip",
          "timezone",
          "ip");

  private static final String LOCATED = "location.";
  private static final String PROPERTY = "properties.";

  static KlaviyoProfile of(Change change) {
    ChangeFields given = ChangeFields.of(change);
    ObjectNode attributes = NODES.objectNode();
    for (String identifier : IDENTIFIERS) {
      given.identity(identifier).ifPresent(value -> attributes.put(identifier, text(value)));
    }
    if (attributes.isEmpty()) {
      given
          .soleKey()
          .flatMap(given::identity)
          .ifPresent(value -> attributes.put("external_id", text(value)));
    }
    Map<String, String> marks = marks(attributes);
    given
        .fields()
        .fields()
        .forEachRemaining(field -> put(attributes, field.getKey(), field.getValue()));
    ObjectNode resource = NODES.objectNode();
    resource.set("attributes", attributes);
    return new KlaviyoProfile(change, resource, marks);
  }

  private static void put(ObjectNode attributes, String name, JsonNode value) {
    if (marks(attributes).containsKey(name)) {
      return; // an identifier, which is a text whatever it was
    }
    if (name.startsWith(LOCATED) && LOCATION.contains(name.substring(LOCATED.length()))) {
      within(attributes, "location").set(name.substring(LOCATED.length()), value);
    } else if (name.startsWith(PROPERTY) && name.length() > PROPERTY.length()) {
      within(attributes, "properties").set(name.substring(PROPERTY.length()), value);
    } else if (!ATTRIBUTES.contains(name)) {
      within(attributes, "properties").set(name, value);
    } else if (attributes.get(name) instanceof ObjectNode begun && value.isObject()) {
      begun.setAll((ObjectNode) value);
    } else {
      attributes.set(name, value);
    }
  }

  private static ObjectNode within(ObjectNode attributes, String name) {
    return attributes.get(name) instanceof ObjectNode begun ? begun : attributes.putObject(name);
  }

  /** The identifiers among attributes, as Klaviyo compares them. */
  static Map<String, String> marks(JsonNode attributes) {
    Map<String, String> marks = new TreeMap<>();
    for (String identifier : IDENTIFIERS) {
      String value = attributes.hasNonNull(identifier) ? attributes.get(identifier).asText() : "";
      if (!value.isEmpty()) {
        marks.put(identifier, identifier.equals("email") ? value.toLowerCase(Locale.ROOT) : value);
      }
    }
    return marks;
  }

  /** The identifier that names it; empty if nothing does. */
  Optional<String> identifier() {
    return IDENTIFIERS.stream().filter(marks::containsKey).findFirst();
  }

  /** The whole resource. */
  ObjectNode typed() {
    return NODES.objectNode().put("type", "profile").setAll(resource);
  }

  static String text(JsonNode value) {
    return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
  }
}
