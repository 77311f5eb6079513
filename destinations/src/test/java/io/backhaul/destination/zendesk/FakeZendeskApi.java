/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

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
import java.util.concurrent.ConcurrentHashMap;

/** Zendesk's bulk calls of users, known by their email; each job is seen at work once. */
final class FakeZendeskApi implements FakeApi {

  private static final Map<String, String> OPS =
      Map.of(
          "create_or_update_many", "upsert",
          "create_many", "insert",
          "update_many", "update",
          "destroy_many", "delete");

  private final Map<String, String> ids = new ConcurrentHashMap<>();
  private final Map<String, List<Object>> jobs = new ConcurrentHashMap<>();
  private final Map<String, Integer> polls = new ConcurrentHashMap<>();

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    if (request.method().equals("GET")) {
      return Optional.empty();
    }
    String call = request.path().substring(request.path().lastIndexOf('/') + 1);
    List<Carried> carried = new ArrayList<>();
    if (call.equals("destroy_many")) {
      for (String id : request.query("ids").orElse("").split(",")) {
        carried.add(new Carried(nameOf(id), "delete", "", id));
      }
      return Optional.of(carried);
    }
    for (JsonNode user : Canonical.tree(request.text()).path("users")) {
      ObjectNode value = user.deepCopy();
      JsonNode id = value.remove("id");
      String name = id == null ? user.path("email").asText() : nameOf(id.asText());
      String mark = id == null ? Integer.toString(carried.size()) : id.asText();
      carried.add(new Carried(name, OPS.get(call), Canonical.of(value.toString()), mark));
    }
    return Optional.of(carried);
  }

  private String nameOf(String id) {
    return ids.entrySet().stream()
        .filter(each -> each.getValue().equals(id))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public WireReply other(WireRequest request) {
    String id = request.path().substring(request.path().lastIndexOf('/') + 1);
    if (!request.path().startsWith("/api/v2/job_statuses/") || !jobs.containsKey(id)) {
      return WireReply.of(404, "{\"error\":\"RecordNotFound\",\"description\":\"Not found\"}");
    }
    boolean done = polls.merge(id, 1, Integer::sum) > 1;
    return WireReply.of(200, job(id, done ? "completed" : "working", done ? jobs.get(id) : null));
  }

  private static String job(String id, String status, List<Object> results) {
    Map<String, Object> job = new LinkedHashMap<>(Map.of("id", id, "status", status));
    job.put("results", results);
    return Canonical.write(Map.of("job_status", job));
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    List<Object> results = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      results.add(verdict.kind() == Verdict.Kind.APPLIED ? applied(verdict) : failed(verdict));
    }
    String id = "job" + jobs.size();
    jobs.put(id, results);
    return WireReply.of(200, job(id, "queued", null));
  }

  private Map<String, Object> applied(Verdict verdict) {
    Carried record = verdict.record();
    long id =
        Long.parseLong(
            ids.computeIfAbsent(record.name(), any -> Integer.toString(244 + ids.size())));
    return switch (record.op()) {
      case "insert" -> Map.of("id", id, "index", Integer.parseInt(record.mark()));
      case "update" -> Map.of("action", "update", "id", id, "status", "Updated", "success", true);
      case "delete" -> Map.of("action", "delete", "id", id, "status", "Deleted", "success", true);
      default -> Map.of("id", id, "status", "Created", "email", record.name());
    };
  }

  private static Map<String, Object> failed(Verdict verdict) {
    Object details =
        verdict.field() == null
            ? verdict.message()
            : Map.of(verdict.field(), List.of(Map.of("description", verdict.message())));
    return Map.of(
        "id",
        Integer.parseInt(verdict.record().mark()),
        "error",
        verdict.code(),
        "details",
        details,
        "status",
        "Failed");
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    Map<String, Object> body = new LinkedHashMap<>(Map.of("error", code, "description", message));
    if (field != null) {
      body.put("description", "Record validation errors");
      body.put("details", Map.of(field, List.of(Map.of("description", message))));
    }
    return WireReply.of(status, Canonical.write(body));
  }
}
