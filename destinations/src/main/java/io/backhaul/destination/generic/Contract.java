/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Op;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The calls of an endpoint that no {@code calls} describe: one for all objects and operations. */
final class Contract {

  private static final Pattern ANY = Pattern.compile(".*", Pattern.DOTALL);

  private Contract() {}

  /** What the keys {@code method}, {@code path} and {@code results} say. */
  static Calls calls(JsonNode file, FailureRules failures) {
    Map<String, CallSpec> calls = new LinkedHashMap<>();
    for (Op op : Op.values()) {
      calls.put(op.wireName(), call(op, file, failures));
    }
    return new Calls(List.of(new ObjectCalls("<object>", ANY, List.of(), false, calls, null, "")));
  }

  private static CallSpec call(Op op, JsonNode file, FailureRules failures) {
    JsonNode path = file.path("path");
    String text = path.isObject() ? path.path(op.wireName()).asText("") : path.asText("");
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("path", text);
    request.put("method", file.path("method").asText("POST"));
    return new CallSpec(
        op.wireName(),
        RequestTemplate.read("path", request, "POST"),
        false,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        null,
        Long.MAX_VALUE,
        null,
        null,
        new CallBody.Envelope(),
        failures,
        ResultRules.read(file.path("results"), failures.meanings()),
        null,
        List.of(),
        List.of(),
        null);
  }
}
