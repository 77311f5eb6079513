/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Klaviyo knows profiles by: its own id, and any of three identifiers. The store keeps a
 * profile under the first identifier it came with; whoever comes with another of them later is the
 * same. Thread-safe.
 */
final class KlaviyoProfiles {

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  static final String OBJECT = "profiles";

  private static final List<String> IDENTIFIERS = List.of("email", "phone_number", "external_id");
  private static final Pattern ADDRESS = Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
  private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");

  /** What is wrong with a profile, in Klaviyo's terms. */
  record Problem(String code, String pointer, String detail, String other) {}

  private final SandboxStore store;
  private final Map<String, String> names = new HashMap<>();

  KlaviyoProfiles(SandboxStore store) {
    this.store = store;
  }

  /** Why it is not taken, or {@code null}. */
  synchronized Problem problem(JsonNode profile) {
    JsonNode attributes = profile.path("attributes");
    String email = attributes.path("email").asText("");
    String phone = attributes.path("phone_number").asText("");
    if (!email.isEmpty() && !ADDRESS.matcher(email).matches()) {
      return new Problem("invalid", "/data/attributes/email", "Invalid email address", null);
    }
    if (!phone.isEmpty() && !E164.matcher(phone).matches()) {
      return new Problem(
          "invalid", "/data/attributes/phone_number", "Invalid phone number format", null);
    }
    List<String> known =
        IDENTIFIERS.stream()
            .map(each -> names.get(mark(each, attributes)))
            .filter(name -> name != null)
            .distinct()
            .toList();
    if (known.size() > 1) {
      return new Problem(
          "duplicate_profile",
          "/data/attributes",
          "A profile already exists with one of these identifiers.",
          store.id(OBJECT, known.get(1)));
    }
    boolean named = IDENTIFIERS.stream().anyMatch(attributes::hasNonNull) || profile.has("id");
    return named
        ? null
        : new Problem("invalid", "/data/attributes", "One identifier is required", null);
  }

  /** The name of a profile that there is no {@link #problem} with. */
  synchronized String name(JsonNode profile) {
    JsonNode attributes = profile.path("attributes");
    String name = found(profile).orElse(null);
    for (String identifier : IDENTIFIERS) {
      if (attributes.hasNonNull(identifier)) {
        name = name == null ? attributes.get(identifier).asText() : name;
        names.put(mark(identifier, attributes), name);
      }
    }
    return name;
  }

  /** The name of the profile that an id or an identifier is of. */
  synchronized Optional<String> found(JsonNode profile) {
    if (profile.hasNonNull("id")) {
      return Optional.ofNullable(store.nameOf(OBJECT, profile.get("id").asText()));
    }
    return IDENTIFIERS.stream()
        .map(identifier -> names.get(mark(identifier, profile.path("attributes"))))
        .filter(name -> name != null)
        .findFirst();
  }

  /** Nobody is known by that name any more. */
  synchronized void forget(String name) {
    names.values().removeIf(name::equals);
  }

  private static String mark(String identifier, JsonNode attributes) {
    String value = attributes.path(identifier).asText("");
    return identifier + " " + (identifier.equals("email") ? value.toLowerCase(Locale.ROOT) : value);
  }

  /** What is kept of a profile: properties beside attributes, a location's parts by their path. */
  static ObjectNode flat(JsonNode profile) {
    ObjectNode flat = JSON.createObjectNode();
    profile
        .path("attributes")
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode value = field.getValue();
              if (field.getKey().equals("properties") && value.isObject()) {
                flat.setAll((ObjectNode) value);
              } else if (field.getKey().equals("location") && value.isObject()) {
                value
                    .fields()
                    .forEachRemaining(
                        part -> flat.set("location." + part.getKey(), part.getValue()));
              } else {
                flat.set(field.getKey(), value);
              }
            });
    return flat;
  }

  /** The watched ones among fields, as texts. */
  static Map<String, String> watched(ObjectNode fields, Set<String> watch) {
    Map<String, String> watched = new HashMap<>();
    for (String field : watch) {
      if (fields.hasNonNull(field)) {
        watched.put(field, fields.get(field).asText());
      }
    }
    return watched;
  }

  /** Errors as JSON:API has them. */
  static WireReply refusal(int status, Problem problem) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode errors = body.putArray("errors");
    ObjectNode error = errors.addObject().put("id", "sandbox").put("status", status);
    describe(error, problem);
    error.putObject("links");
    ObjectNode meta = error.putObject("meta");
    if (problem.other() != null) {
      meta.put("duplicate_profile_id", problem.other());
    }
    return WireReply.of(status, body.toString());
  }

  static void describe(ObjectNode error, Problem problem) {
    error.put("code", problem.code()).put("title", "Invalid input.");
    error.put("detail", problem.detail());
    error.putObject("source").put("pointer", problem.pointer());
  }

  /** Where a field stands in a profile. */
  static String pointer(String field) {
    return field == null ? "/data" : "/data/attributes/" + field.replace('.', '/');
  }
}
