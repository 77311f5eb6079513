/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

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

/**
 * Klaviyo's import jobs and deletions of profiles, known by their email; each job is seen at work
 * once, and tells of its errors one a page.
 */
final class FakeKlaviyoApi implements FakeApi {

  private record Job(int total, List<Map<String, Object>> errors) {}

  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  private final Map<String, Integer> polls = new ConcurrentHashMap<>();

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    if (request.method().equals("GET")) {
      return Optional.empty();
    }
    JsonNode attributes = Canonical.tree(request.text()).at("/data/attributes");
    if (request.path().endsWith("/data-privacy-deletion-jobs")) {
      String email = attributes.at("/profile/data/attributes/email").asText();
      return Optional.of(List.of(new Carried(email, "delete", "", email)));
    }
    List<Carried> carried = new ArrayList<>();
    for (JsonNode profile : attributes.at("/profiles/data")) {
      ObjectNode stored = profile.path("attributes").deepCopy();
      JsonNode properties = stored.remove("properties");
      if (properties != null) {
        stored.setAll((ObjectNode) properties);
      }
      String email = stored.path("email").asText();
      carried.add(new Carried(email, "upsert", Canonical.of(stored.toString()), email));
    }
    return Optional.of(carried);
  }

  @Override
  public WireReply other(WireRequest request) {
    String[] path = request.path().split("/");
    Job job = path.length > 3 ? jobs.get(path[3]) : null;
    if (job == null) {
      return WireReply.of(404, "{\"errors\":[{\"code\":\"not_found\",\"detail\":\"none\"}]}");
    }
    if (path.length == 4) {
      boolean done = polls.merge(path[3], 1, Integer::sum) > 1;
      return WireReply.of(200, document(path[3], done ? "complete" : "processing", job));
    }
    int from = Integer.parseInt(request.query("page[cursor]").orElse("0"));
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("data", job.errors().subList(from, from + 1));
    String next = "https://elsewhere.example.com/x?page%5Bcursor%5D=" + (from + 1);
    page.put("links", from + 1 < job.errors().size() ? Map.of("next", next) : Map.of());
    return WireReply.of(200, Canonical.write(page));
  }

  private static String document(String id, String status, Job job) {
    boolean done = status.equals("complete");
    int failed = done ? job.errors().size() : 0;
    Map<String, Object> attributes =
        Map.of(
            "status",
            status,
            "created_at",
            "2026-01-01T00:00:00+00:00",
            "total_count",
            job.total(),
            "completed_count",
            done ? job.total() - failed : 0,
            "failed_count",
            failed);
    return Canonical.write(
        Map.of(
            "data", Map.of("type", "profile-bulk-import-job", "id", id, "attributes", attributes)));
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    if (request.path().endsWith("/data-privacy-deletion-jobs")) {
      return WireReply.of(202, "");
    }
    List<Map<String, Object>> errors = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      if (verdict.kind() != Verdict.Kind.APPLIED) {
        Map<String, Object> error = error(verdict.code(), verdict.field(), verdict.message());
        error.put("original_payload", Map.of("email", verdict.record().name()));
        errors.add(Map.of("type", "import-error", "id", "e" + errors.size(), "attributes", error));
      }
    }
    String id = "job" + jobs.size();
    Job job = new Job(verdicts.size(), errors);
    jobs.put(id, job);
    return WireReply.of(202, document(id, "queued", job));
  }

  private static Map<String, Object> error(String code, String field, String message) {
    Map<String, Object> error = new LinkedHashMap<>(Map.of("code", code, "title", "Invalid input"));
    error.put("detail", message);
    error.put("source", Map.of("pointer", "/data/attributes" + (field == null ? "" : "/" + field)));
    return error;
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    Map<String, Object> error = error(code, field, message);
    error.put("status", status);
    return WireReply.of(status, Canonical.write(Map.of("errors", List.of(error))));
  }
}
