/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.HttpKeys;
import io.backhaul.destination.http.HttpSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A destination file of type {@code hubspot}, read.
 *
 * <p>Limits: 100 inputs a call; 100 calls in 10 seconds for a private app of a free account ("API
 * usage guidelines", read 2026). HubSpot documents no limit of bytes. Tokens: {@code
 * /oauth/v3/token}, because v1 ends in February 2027 ("Manage OAuth access tokens using the v3
 * APIs").
 *
 * @param idProperties per object the property that identifies a record
 * @param anyIdProperty the same for every other object, or {@code null}
 * @param associationTypes per pair of objects, {@code contacts/companies}, what an association is
 */
record HubSpotConfig(
    HttpSettings http,
    Map<String, String> idProperties,
    String anyIdProperty,
    Map<String, AssociationType> associationTypes) {

  /** What identifies a record where neither the file nor the key says so. */
  private static final Map<String, String> USUAL =
      Map.of("contacts", "email", "companies", "domain");

  private static final HttpKeys KEYS =
      new HttpKeys("https://api.hubapi.com", 100, 100, 4 << 20, 10, 4, "/oauth/v3/token");

  /** A kind of association, as HubSpot numbers them. */
  record AssociationType(String category, long id) {}

  HubSpotConfig {
    idProperties = Map.copyOf(idProperties);
    associationTypes = Map.copyOf(associationTypes);
  }

  static Shape.Obj shape() {
    return KEYS.shape(
        Key.optional(
            "id_property",
            new Shape.AnyOf(List.of(new Shape.MapOf(Shape.text()), Shape.text())),
            "Property with unique values that identifies a record: one for all objects, or one for"
                + " each. If left out, email for contacts and domain for companies where the record"
                + " has them, else the key column; a custom unique property is better, because"
                + " people change e-mail addresses and HubSpot does not take a partial upsert by"
                + " email."),
        Key.optional(
            "association_types",
            new Shape.MapOf(
                Shape.obj(
                    Key.optional(
                        "category",
                        Shape.choice("HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED"),
                        "HUBSPOT_DEFINED",
                        "Who defined the type."),
                    Key.required(
                        "id", new Shape.Whole(1, Integer.MAX_VALUE), "HubSpot's number of it."))),
            "Per pair of objects, such as contacts/companies, the type of association to create. If"
                + " left out, the record's field association_type_id, else HubSpot's default."));
  }

  /** Reads properties of this {@link #shape}. */
  static HubSpotConfig read(ObjectNode properties) {
    Map<String, AssociationType> types = new TreeMap<>();
    properties
        .path("association_types")
        .fields()
        .forEachRemaining(
            each ->
                types.put(
                    each.getKey(),
                    new AssociationType(
                        each.getValue().path("category").asText("HUBSPOT_DEFINED"),
                        each.getValue().path("id").asLong())));
    JsonNode given = properties.path("id_property");
    Map<String, String> byObject = new TreeMap<>();
    given.fields().forEachRemaining(each -> byObject.put(each.getKey(), each.getValue().asText()));
    return new HubSpotConfig(
        KEYS.read(properties), byObject, given.isTextual() ? given.asText() : null, types);
  }

  /** The property that the file says identifies a record of the object. */
  Optional<String> idProperty(String object) {
    return Optional.ofNullable(idProperties.getOrDefault(object, anyIdProperty));
  }

  /**
   * The property that identifies a record of the object: the file's, else the usual one if the
   * record has it; empty if neither.
   */
  Optional<String> idProperty(String object, ChangeFields record) {
    return idProperty(object)
        .or(
            () ->
                Optional.ofNullable(USUAL.get(object))
                    .filter(usual -> record.fields().has(usual) || record.key().has(usual)));
  }

  /** The property that a record of the object is usually known by, if there is one. */
  Optional<String> usualIdProperty(String object) {
    return idProperty(object).or(() -> Optional.ofNullable(USUAL.get(object)));
  }

  /** What must travel with every change, whatever the object. */
  Set<String> identityFields() {
    if (anyIdProperty != null) {
      return Set.of(anyIdProperty);
    }
    Map<String, String> all = new TreeMap<>(USUAL);
    all.putAll(idProperties);
    Set<String> fields = new TreeSet<>(all.values());
    fields.addAll(AssociationCall.ENDS);
    fields.addAll(MembershipCall.RECORD);
    return fields;
  }
}
