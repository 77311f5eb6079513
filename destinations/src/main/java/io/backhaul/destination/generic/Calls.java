/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The objects of an API.
 *
 * @param objects exact names first
 */
record Calls(List<ObjectCalls> objects) {

  Calls {
    objects =
        objects.stream()
            .sorted(Comparator.comparing(ObjectCalls::isPattern).thenComparing(ObjectCalls::name))
            .toList();
  }

  /** An object, and what the parts of its name stand for. */
  record Target(ObjectCalls object, Map<String, String> parts) {}

  static Calls read(JsonNode calls, FailureRules file) {
    List<ObjectCalls> objects = new ArrayList<>();
    calls
        .fields()
        .forEachRemaining(
            each -> objects.add(ObjectCalls.read(each.getKey(), each.getValue(), file)));
    return new Calls(objects);
  }

  /**
   * The object of that name.
   *
   * @throws DestinationException (refused) if there is none
   */
  Target target(String object) {
    for (ObjectCalls each : objects) {
      if (each.pattern().matcher(object).matches()) {
        return new Target(each, each.parts(object));
      }
    }
    throw DestinationException.refused(
        "OBJECT_UNKNOWN",
        0,
        "there is no object '"
            + object
            + "', only "
            + String.join(", ", objects.stream().map(ObjectCalls::name).toList()));
  }
}
