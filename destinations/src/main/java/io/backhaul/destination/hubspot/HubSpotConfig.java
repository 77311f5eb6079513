/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.HttpKeys;
import io.backhaul.destination.http.HttpSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A destination file of type {@code hubspot}, read.
 *
 * <p>Limits: 100 inputs a call; 100 calls in 10 seconds for a private app of a free account ("API
 * usage guidelines", read 2026). HubSpot documents no limit of bytes.
 *
 * @param idProperties per object the property that identifies a record
 * @param anyIdProperty the same for every other object, or {@code null}
 */
record HubSpotConfig(HttpSettings http, Map<String, String> idProperties, String anyIdProperty) {

  private static final HttpKeys KEYS =
      new HttpKeys("https://api.hubapi.com", 100, 100, 4 << 20, 10, 4);

  HubSpotConfig {
    idProperties = Map.copyOf(idProperties);
  }

  static Shape.Obj shape() {
    return KEYS.shape(
        Key.optional(
            "id_property",
            new Shape.AnyOf(List.of(new Shape.MapOf(Shape.text()), Shape.text())),
            "Property with unique values that identifies a record: one for all objects, or one for"
                + " each. If left out, email for contacts and domain for companies; a custom unique"
                + " property is better, because people change e-mail addresses and HubSpot does not"
                + " take a partial upsert by email."));
  }

  /** Reads properties of this {@link #shape}. */
  static HubSpotConfig read(ObjectNode properties) {
    Map<String, String> byObject = new TreeMap<>();
    byObject.put("contacts", "email");
    byObject.put("companies", "domain");
    JsonNode given = properties.path("id_property");
    if (given.isTextual()) {
      return new HubSpotConfig(KEYS.read(properties), Map.of(), given.asText());
    }
    given.fields().forEachRemaining(each -> byObject.put(each.getKey(), each.getValue().asText()));
    return new HubSpotConfig(KEYS.read(properties), byObject, null);
  }

  /**
   * The property that identifies a record of the object.
   *
   * @throws DestinationException (refused) if the file names none
   */
  String idProperty(String object) {
    String property = idProperties.getOrDefault(object, anyIdProperty);
    if (property == null) {
      throw DestinationException.refused(
          "ID_PROPERTY_MISSING",
          0,
          "nothing identifies a record of '"
              + object
              + "': name a property with unique values under id_property: {"
              + object
              + ": …}");
    }
    return property;
  }

  /** All of them. */
  Set<String> allIdProperties() {
    Set<String> all = new TreeSet<>(idProperties.values());
    if (anyIdProperty != null) {
      all.add(anyIdProperty);
    }
    return all;
  }
}
