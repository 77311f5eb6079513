/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.braze;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Braze's attributes and deletes for users with an external id. */
public final class FakeBrazeApi implements FakeApi {

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    JsonNode body = Canonical.tree(request.text());
    List<Carried> carried = new ArrayList<>();
    if (request.path().equals("/users/delete")) {
      for (JsonNode id : body.get("external_ids")) {
        carried.add(new Carried(id.textValue(), "delete", "", ""));
      }
      return Optional.of(carried);
    }
    for (JsonNode item : body.get("attributes")) {
      ObjectNode value = item.deepCopy();
      String name = value.remove("external_id").textValue();
      JsonNode only = value.remove("_update_existing_only");
      String op = only != null && only.asBoolean() ? "update" : "upsert";
      carried.add(
          new Carried(name, op, Canonical.of(value.toString()), Integer.toString(carried.size())));
    }
    return Optional.of(carried);
  }

  @Override
  public WireReply other(WireRequest request) {
    throw new IllegalStateException("every request writes");
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    if (request.path().equals("/users/delete")) {
      return WireReply.of(
          201, Canonical.write(Map.of("deleted", verdicts.size(), "message", "success")));
    }
    List<Object> errors = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      if (verdict.kind() != Verdict.Kind.APPLIED) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("type", words(verdict.field(), verdict.code(), verdict.message()));
        error.put("input_array", "attributes");
        error.put("index", Integer.valueOf(verdict.record().mark()));
        errors.add(error);
      }
    }
    Map<String, Object> body = new LinkedHashMap<>(Map.of("message", "success"));
    body.put("attributes_processed", verdicts.size() - errors.size());
    if (!errors.isEmpty()) {
      body.put("errors", errors);
    }
    return WireReply.of(201, Canonical.write(body));
  }

  /** Braze's one sentence, which has no code and names a field only by quoting it. */
  static String words(String field, String code, String message) {
    return "'" + field + "' is " + code + ", " + message;
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return WireReply.of(status, Canonical.write(Map.of("message", message)));
  }
}
