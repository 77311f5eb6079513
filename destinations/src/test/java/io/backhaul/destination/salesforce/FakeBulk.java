/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

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
import java.util.stream.Collectors;

/**
 * Ingest jobs of Bulk API 2.0 with {@code MyExtId__c} as the external id. The request that carries
 * records is the one by which a job begins to run; before, nothing it holds is applied.
 */
final class FakeBulk implements FakeApi {

  private static final class Job {
    private final String id;
    private final String op;
    private List<List<String>> lines = List.of();
    private List<Verdict> verdicts = List.of();
    private boolean running;
    private int polls;

    Job(String id, String op) {
      this.id = id;
      this.op = op;
    }

    String json() {
      String state = !running ? "Open" : polls < 2 ? "InProgress" : "JobComplete";
      return Canonical.write(Map.of("id", id, "operation", op, "state", state));
    }
  }

  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  private final Map<String, String> ids = new ConcurrentHashMap<>();

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    if (!request.method().equals("PATCH")) {
      return Optional.empty();
    }
    Job job = job(request);
    List<String> header = job.lines.get(0);
    List<Carried> carried = new ArrayList<>();
    for (List<String> line : job.lines.subList(1, job.lines.size())) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (int i = 0; i < line.size(); i++) {
        if (!line.get(i).isEmpty()) {
          fields.put(header.get(i), line.get(i).equals("#N/A") ? "" : line.get(i));
        }
      }
      String id = (String) fields.remove("Id");
      String name = id == null ? (String) fields.get("MyExtId__c") : name(id);
      String value = job.op.equals("delete") ? "" : Canonical.write(fields);
      carried.add(new Carried(name, job.op, value, id == null ? "" : id));
    }
    return Optional.of(carried);
  }

  private String name(String id) {
    return ids.entrySet().stream()
        .filter(each -> each.getValue().equals(id))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private Job job(WireRequest request) {
    return jobs.get(request.path().split("/")[6]);
  }

  @Override
  public WireReply other(WireRequest request) {
    if (request.method().equals("POST")) {
      String op = Canonical.tree(request.text()).get("operation").asText();
      Job job = new Job("750%015d".formatted(jobs.size() + 1), op);
      jobs.put(job.id, job);
      return WireReply.of(200, job.json());
    }
    Job job = job(request);
    if (request.method().equals("PUT")) {
      job.lines = lines(request.text());
      return WireReply.of(201, "");
    }
    String last = request.path().substring(request.path().indexOf(job.id) + job.id.length());
    if (last.isEmpty()) {
      job.polls += job.running ? 1 : 0;
      return WireReply.of(200, job.json());
    }
    return WireReply.of(200, Map.of("Content-Type", "text/csv"), results(job, last));
  }

  /** Texts in quotes; what is not in quotes ends at a comma or a line feed. */
  private static List<List<String>> lines(String csv) {
    List<List<String>> lines = new ArrayList<>();
    List<String> line = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (quoted && c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
        cell.append(csv.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '\n')) {
        line.add(cell.toString());
        cell.setLength(0);
        if (c == '\n') {
          lines.add(line);
          line = new ArrayList<>();
        }
      } else {
        cell.append(c);
      }
    }
    return lines;
  }

  private String results(Job job, String list) {
    boolean saved = list.startsWith("/successful");
    String own = saved ? "\"sf__Id\",\"sf__Created\"," : "\"sf__Id\",\"sf__Error\",";
    StringBuilder csv = new StringBuilder(list.startsWith("/unprocessed") ? "" : own);
    csv.append("\"Id\",\"MyExtId__c\"\n");
    for (Verdict verdict : job.verdicts) {
      boolean applied = verdict.kind() == Verdict.Kind.APPLIED;
      if (list.startsWith("/unprocessed") || applied != saved) {
        continue;
      }
      String name = verdict.record().name();
      String error = verdict.code() + ":" + verdict.message() + ":" + verdict.field() + " --";
      List<String> cells =
          applied
              ? List.of(id(name), "true", verdict.record().mark(), name)
              : List.of("", error, verdict.record().mark(), name);
      csv.append(
              cells.stream()
                  .map(cell -> '"' + cell.replace("\"", "\"\"") + '"')
                  .collect(Collectors.joining(",")))
          .append('\n');
    }
    return csv.toString();
  }

  private String id(String name) {
    return ids.computeIfAbsent(name, any -> "001%012dAAA".formatted(ids.size() + 1));
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    Job job = job(request);
    job.verdicts = verdicts;
    job.running = true;
    return WireReply.of(200, job.json());
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return new FakeCollections().refusal(status, code, field, message);
  }
}
