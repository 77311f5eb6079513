/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How an answer that comes later is asked for. Immutable.
 *
 * @param handle where the answer to the call names the job
 * @param state where an answer says how far it is
 * @param states what each state means: {@code running}, {@code done}, or a {@link Meaning}
 * @param results asks for the answer that holds results; {@code null} where the last one does
 */
record JobSpec(
    Expr handle,
    RequestTemplate poll,
    Expr state,
    Map<String, String> states,
    Duration pollAfter,
    RequestTemplate results,
    FailureRules failures) {

  static final String RUNNING = "running";
  static final String DONE = "done";

  JobSpec {
    states = Map.copyOf(states);
  }

  static JobSpec read(String where, JsonNode keys, FailureRules failures) {
    Map<String, String> states = new TreeMap<>();
    keys.path("states")
        .fields()
        .forEachRemaining(each -> states.put(each.getKey(), each.getValue().asText()));
    if (!states.containsValue(DONE)) {
      throw DestinationException.refused(
          "CALL_REFUSED", 0, where + ".states names none that is done");
    }
    return new JobSpec(
        Expr.reading(where + ".handle", keys.path("handle").asText()),
        RequestTemplate.read(where + ".poll", keys.path("poll"), "GET"),
        Expr.reading(where + ".state", keys.path("state").asText()),
        states,
        Duration.ofMillis(keys.path("poll_after").asLong(2_000)),
        keys.has("results")
            ? RequestTemplate.read(where + ".results", keys.get("results"), "GET")
            : null,
        failures);
  }
}
