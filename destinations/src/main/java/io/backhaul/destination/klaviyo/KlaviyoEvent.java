/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ChangeFields;
import java.util.Optional;
import java.util.Set;

/**
 * An event as Klaviyo takes it. {@code metric} names what happened, unless the object does; {@code
 * email}, {@code phone_number}, {@code external_id} and {@code profile_id} say to whom; a field
 * {@code profile.first_name} changes that profile as well. All but Klaviyo's own attributes are
 * properties of the event.
 *
 * <p>Klaviyo records an event of one profile and metric once for each {@code unique_id}: the field
 * of that name, else the value of the sole key column, else the whole key.
 */
record KlaviyoEvent(Change change, ObjectNode body, RecordResult refusal) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Set<String> ATTRIBUTES =
      Set.of("time", "value", "value_currency", "backfill");

  private static final Set<String> ADDRESSED = Set.of("metric", "unique_id", "profile_id");

  private static final String OF_PROFILE = "profile.";
  private static final String PROPERTY = "properties.";

  /**
   * @param metric what the object says has happened, or {@code null}
   */
  static KlaviyoEvent of(Change change, String metric) {
    ChangeFields given = ChangeFields.of(change);
    ObjectNode attributes = NODES.objectNode();
    ObjectNode properties = attributes.putObject("properties");
    ObjectNode profile = NODES.objectNode().put("type", "profile");
    given.identity("profile_id").ifPresent(id -> profile.put("id", KlaviyoProfile.text(id)));
    ObjectNode who = profile.putObject("attributes");
    for (String identifier : KlaviyoProfile.IDENTIFIERS) {
      given
          .identity(identifier)
          .ifPresent(value -> who.put(identifier, KlaviyoProfile.text(value)));
    }
    given
        .fields()
        .fields()
        .forEachRemaining(
            field -> put(attributes, properties, who, field.getKey(), field.getValue()));
    attributes.put("unique_id", uniqueId(given));
    Optional<String> what = given.identity("metric").map(JsonNode::asText);
    String name = what.orElse(metric);
    RecordResult refusal = refusal(change, name, profile);
    if (name != null) {
      ObjectNode data = attributes.putObject("metric").putObject("data");
      data.put("type", "metric").putObject("attributes").put("name", name);
    }
    attributes.putObject("profile").set("data", profile);
    ObjectNode body = NODES.objectNode();
    body.putObject("data").put("type", "event").set("attributes", attributes);
    return new KlaviyoEvent(change, body, refusal);
  }

  private static void put(
      ObjectNode attributes, ObjectNode properties, ObjectNode who, String name, JsonNode value) {
    if (ADDRESSED.contains(name) || KlaviyoProfile.IDENTIFIERS.contains(name)) {
      return; // stands where it belongs
    }
    if (ATTRIBUTES.contains(name)) {
      attributes.set(name, value);
    } else if (name.startsWith(OF_PROFILE)) {
      who.set(name.substring(OF_PROFILE.length()), value);
    } else if (name.startsWith(PROPERTY)) {
      properties.set(name.substring(PROPERTY.length()), value);
    } else {
      properties.set(name, value);
    }
  }

  private static String uniqueId(ChangeFields given) {
    return given
        .identity("unique_id")
        .or(() -> given.soleKey().flatMap(given::identity))
        .map(KlaviyoProfile::text)
        .orElseGet(() -> given.change().key());
  }

  private static RecordResult refusal(Change change, String metric, ObjectNode profile) {
    if (metric == null) {
      return new RecordResult.Rejected(
          change.key(), "METRIC_MISSING", "metric", "nothing says what has happened");
    }
    boolean named =
        profile.has("id") || !KlaviyoProfile.marks(profile.path("attributes")).isEmpty();
    return named
        ? null
        : new RecordResult.Rejected(
            change.key(), "IDENTIFIER_MISSING", "email", "nothing says to whom it has happened");
  }
}
