/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

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

/** A receiver that knows people by {@code email}, in batches of up to 10,000. */
public final class FakeCensusApi implements FakeApi {

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    JsonNode call = Canonical.tree(request.text());
    if (!call.path("method").asText().equals("sync_batch")) {
      return Optional.empty();
    }
    String op = call.at("/params/sync_plan/operation").asText();
    if (!call.at("/params/sync_plan/schema/email/active_identifier").asBoolean()) {
      throw new IllegalArgumentException("email is not the active identifier");
    }
    List<Carried> carried = new ArrayList<>();
    for (JsonNode record : call.at("/params/records")) {
      String email = ((ObjectNode) record).get("email").asText();
      String value = op.equals("delete") ? "" : Canonical.of(record.toString());
      carried.add(new Carried(email, op, value, email));
    }
    return Optional.of(carried);
  }

  @Override
  public WireReply other(WireRequest request) {
    String method = Canonical.tree(request.text()).path("method").asText();
    return switch (method) {
      case "list_fields" ->
          result(
              Map.of(
                  "fields",
                  List.of(field("email", true), field("firstname", false), field("day", false))));
      case "supported_operations" ->
          result(Map.of("operations", List.of("upsert", "insert", "update", "mirror")));
      case "get_sync_speed" ->
          result(Map.of("maximum_batch_size", 10_000, "maximum_parallel_batches", 4));
      default -> refusal(200, "", null, "Method not found");
    };
  }

  private static Map<String, Object> field(String name, boolean identifier) {
    return Map.of(
        "field_api_name",
        name,
        "label",
        name,
        "identifier",
        identifier,
        "required",
        identifier,
        "createable",
        true,
        "updateable",
        true,
        "type",
        "string",
        "array",
        false);
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    List<Object> results = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("identifier", verdict.record().mark());
      told.put("success", verdict.kind() == Verdict.Kind.APPLIED);
      if (verdict.kind() != Verdict.Kind.APPLIED) {
        boolean retry = verdict.kind() == Verdict.Kind.RETRY;
        told.put("error_message", retry ? "API Error, please retry" : verdict.message());
      }
      results.add(told);
    }
    return result(Map.of("record_results", results));
  }

  private static WireReply result(Map<String, Object> result) {
    return WireReply.of(
        200, Canonical.write(Map.of("jsonrpc", "2.0", "id", "1", "result", result)));
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return WireReply.of(
        status,
        Canonical.write(
            Map.of(
                "jsonrpc", "2.0", "id", "1", "error", Map.of("code", -32602, "message", message))));
  }
}
