/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.IntercomWords.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * Companies: {@code POST} creates or updates by {@code company_id}, which never changes; all else
 * goes by Intercom's own id.
 */
final class IntercomCompanies {

  private static final String OBJECT = "companies";

  WireReply answer(IntercomRecord.Call call, List<String> at) throws Refusal {
    SandboxStore store = call.store();
    if (at.size() == 1 && call.method().equals("POST")) {
      String companyId = call.body().path("company_id").asText("");
      if (companyId.isEmpty()) {
        throw new Refusal(400, "parameter_not_found", "company_id", "company_id is missing");
      }
      return write(call, "upsert", companyId);
    }
    if (at.size() == 1 && call.method().equals("GET")) {
      return shown(name("company_id", call.request().query("company_id").orElse(""), store), store);
    }
    String id = at.size() == 2 ? at.get(1) : "";
    return switch (call.method()) {
      case "GET" -> shown(name("id", id, store), store);
      case "PUT" -> write(call, "update", name("id", id, store));
      case "DELETE" -> delete(call, id, name("id", id, store));
      default -> throw IntercomWords.noSuchAddress();
    };
  }

  private static WireReply write(IntercomRecord.Call call, String op, String name) {
    ObjectNode fields = IntercomWords.flat(call.body());
    fields.put("company_id", name);
    return IntercomRecord.write(
        call, OBJECT, op, name, fields, result -> shown(name, call.store()));
  }

  private static WireReply delete(IntercomRecord.Call call, String id, String name) {
    return IntercomRecord.write(
        call,
        OBJECT,
        "delete",
        name,
        null,
        result -> {
          ObjectNode body = IntercomWords.JSON.createObjectNode().put("id", id);
          return WireReply.of(200, body.put("object", "company").put("deleted", true).toString());
        });
  }

  /**
   * The name of a company.
   *
   * @param kind {@code id} or {@code company_id}
   */
  static String name(String kind, String value, SandboxStore store) throws Refusal {
    String name = kind.equals("id") ? store.nameOf(OBJECT, value) : value;
    return Optional.ofNullable(name)
        .filter(any -> store.record(OBJECT, any) != null)
        .orElseThrow(() -> new Refusal(404, "company_not_found", null, "Company Not Found"));
  }

  private static WireReply shown(String name, SandboxStore store) {
    ObjectNode shown = IntercomWords.shown("company", store.record(OBJECT, name));
    return WireReply.of(200, shown.toString());
  }
}
