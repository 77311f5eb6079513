/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.customerio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.FakeApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Customer.io's batches of people with an id. */
public final class FakeCustomerioApi implements FakeApi {

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    List<Carried> carried = new ArrayList<>();
    for (JsonNode item : Canonical.tree(request.text()).get("batch")) {
      String name = item.at("/identifiers/id").textValue();
      String mark = Integer.toString(carried.size());
      if (item.get("action").asText().equals("delete")) {
        carried.add(new Carried(name, "delete", "", mark));
      } else {
        ObjectNode value = item.get("attributes").deepCopy();
        String op = value.remove("_update") == null ? "upsert" : "update";
        carried.add(new Carried(name, op, Canonical.of(value.toString()), mark));
      }
    }
    return Optional.of(carried);
  }

  @Override
  public WireReply other(WireRequest request) {
    throw new IllegalStateException("every request writes");
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    List<Object> errors = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      if (verdict.kind() != Verdict.Kind.APPLIED) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("batch_index", Integer.valueOf(verdict.record().mark()));
        error.put("reason", verdict.code());
        error.put("field", verdict.field());
        error.put("message", verdict.message());
        errors.add(error);
      }
    }
    return errors.isEmpty()
        ? WireReply.of(200, "{}")
        : WireReply.of(207, Canonical.write(Map.of("errors", errors)));
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putArray("errors")
        .addObject()
        .put("reason", code)
        .put("field", field)
        .put("message", message);
    return WireReply.of(status, body.toString());
  }
}
