/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What codes and statuses mean: a call's own table, then the file's. Immutable.
 *
 * @param next asked where this one says nothing, or {@code null}
 */
record Meanings(Map<String, Meaning> errors, Map<Integer, Meaning> statuses, Meanings next) {

  Meanings {
    errors = Map.copyOf(errors);
    statuses = Map.copyOf(statuses);
  }

  /** Reads the keys {@code errors} and {@code statuses} of a call or a file. */
  static Meanings read(JsonNode keys, Meanings next) {
    Map<String, Meaning> errors = new TreeMap<>();
    keys.path("errors")
        .fields()
        .forEachRemaining(each -> errors.put(each.getKey(), Meaning.of(each.getValue().asText())));
    Map<Integer, Meaning> statuses = new TreeMap<>();
    keys.path("statuses")
        .fields()
        .forEachRemaining(
            each -> statuses.put(status(each.getKey()), Meaning.of(each.getValue().asText())));
    return new Meanings(errors, statuses, next);
  }

  private static int status(String text) {
    if (!text.matches("[1-5][0-9]{2}")) {
      throw DestinationException.refused(
          "STATUS_REFUSED", 0, "statuses: '" + text + "' is no HTTP status, as 404 is");
    }
    return Integer.parseInt(text);
  }

  /** What a code means, if anyone says so. */
  Optional<Meaning> ofCode(String code) {
    if (code == null) {
      return Optional.empty();
    }
    Meaning own = errors.get(code);
    return own != null || next == null ? Optional.ofNullable(own) : next.ofCode(code);
  }

  /** What a status means, if anyone says so. */
  Optional<Meaning> ofStatus(int status) {
    Meaning own = statuses.get(status);
    return own != null || next == null ? Optional.ofNullable(own) : next.ofStatus(status);
  }

  /** Whether some code or status means that credentials have expired. */
  boolean knowExpiry() {
    return errors.containsValue(Meaning.EXPIRED)
        || statuses.containsValue(Meaning.EXPIRED)
        || (next != null && next.knowExpiry());
  }
}
