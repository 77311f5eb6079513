/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Zendesk Support's bulk calls and their jobs (developer.zendesk.com, reference of users,
 * organizations, tickets, custom object records and job statuses). A job is applied when it is
 * asked for, and told as queued, working and completed in turn, one state each time it is asked
 * after. Of an upsert of users a result names the email and external_id; of one that failed the
 * index stands under {@code id}, as people have reported.
 */
final class ZendeskSandbox implements SandboxVendor {

  private static final Pattern MANY =
      Pattern.compile(
          "/api/v2/(users|organizations|tickets)/"
              + "(create_many|create_or_update_many|update_many|destroy_many)");
  private static final Pattern ONE =
      Pattern.compile("/api/v2/(users|organizations|tickets)(/create_or_update)?");
  private static final Pattern CUSTOM =
      Pattern.compile("/api/v2/(custom_objects/[A-Za-z0-9_-]+)/jobs");
  private static final Pattern JOB = Pattern.compile("/api/v2/job_statuses/([A-Za-z0-9-]+)");
  private static final Pattern FIELDS =
      Pattern.compile(
          "/api/v2/(?:(user|organization|ticket)_fields|custom_objects/[A-Za-z0-9_-]+/fields)");

  private static final Map<String, String> OPS =
      Map.of(
          "create_many", "insert",
          "create_or_update_many", "upsert",
          "update_many", "update",
          "destroy_many", "delete",
          "create", "insert",
          "create_or_update_by_external_id", "upsert",
          "create_or_update_by_name", "upsert",
          "update", "update",
          "delete", "delete",
          "delete_by_external_id", "delete");

  private static final Map<String, String> METHODS =
      Map.of(
          "create_many", "POST",
          "create_or_update_many", "POST",
          "update_many", "PUT",
          "destroy_many", "DELETE");

  /** Of the Enterprise plan. */
  private static final int A_MINUTE = 700;

  private static final int MAX_JOBS = 30;

  /** Whoever began a job and never asked after it does not hold its place for ever. */
  private static final Duration LONGEST_JOB = Duration.ofMinutes(1);

  /** Jobs are told of for a day; so many are more than a test begins. */
  private static final int KEPT_JOBS = 10_000;

  private static final class Job {
    private final ArrayNode results;
    private final Instant since;
    private int told;

    Job(ArrayNode results, Instant since) {
      this.results = results;
      this.since = since;
    }
  }

  private final ZendeskNames names = new ZendeskNames();
  private final ZendeskMinute minute = new ZendeskMinute(A_MINUTE);
  private final Map<String, Job> jobs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Job> eldest) {
          return size() > KEPT_JOBS;
        }
      };

  @Override
  public String name() {
    return "zendesk";
  }

  @Override
  public WireReply handle(WireRequest request, Desk desk) {
    if (request.path().equals("/oauth/tokens")) {
      return WireReply.of(
          200, "{\"access_token\":\"sandbox\",\"token_type\":\"bearer\",\"expires_in\":1800}");
    }
    if (desk.asksForCredentials() && request.header("Authorization").isEmpty()) {
      return WireReply.of(401, "{\"error\":\"Couldn't authenticate you\"}");
    }
    if (!minute.take(desk.now())) {
      return minute.spent(desk.now());
    }
    String path =
        request.path().endsWith(".json")
            ? request.path().substring(0, request.path().length() - ".json".length())
            : request.path();
    WireReply reply =
        request.method().equals("GET") ? asked(path, desk) : written(path, request, desk);
    return minute.told(reply, desk.now());
  }

  private WireReply asked(String path, Desk desk) {
    Matcher job = JOB.matcher(path);
    if (job.matches()) {
      return told(job.group(1));
    }
    if (path.equals("/api/v2/users/me")) {
      return WireReply.of(
          200, "{\"user\":{\"id\":1,\"name\":\"Agent\",\"email\":\"agent@example.com\"}}");
    }
    Matcher fields = FIELDS.matcher(path);
    if (fields.matches()) {
      return fields(fields.group(1), desk);
    }
    return nothing("InvalidEndpoint");
  }

  private WireReply written(String path, WireRequest request, Desk desk) {
    Matcher many = MANY.matcher(path);
    if (many.matches()) {
      String call = many.group(2);
      boolean known =
          METHODS.get(call).equals(request.method())
              && (!call.equals("create_or_update_many") || many.group(1).equals("users"));
      return known
          ? begun(many.group(1), OPS.get(call), request, desk)
          : nothing("InvalidEndpoint");
    }
    Matcher custom = CUSTOM.matcher(path);
    if (custom.matches() && request.method().equals("POST")) {
      String op = OPS.get(action(request));
      return op == null ? nothing("InvalidEndpoint") : begun(custom.group(1), op, request, desk);
    }
    Matcher one = ONE.matcher(path);
    if (one.matches() && request.method().equals("POST")) {
      String object = one.group(1);
      String op = one.group(2) == null ? "insert" : "upsert";
      String alone = object.substring(0, object.length() - 1);
      return desk.write(
          new ZendeskCall(object, op, alone, names, desk.store(), results -> null), request);
    }
    return nothing("InvalidEndpoint");
  }

  private static String action(WireRequest request) {
    try {
      return ZendeskCall.JSON.readTree(request.body()).at("/job/action").asText("");
    } catch (IOException e) {
      return "";
    }
  }

  private WireReply begun(String object, String op, WireRequest request, Desk desk) {
    if (atWork(desk.now()) >= MAX_JOBS) {
      return WireReply.of(
          429,
          Map.of("Retry-After", "5"),
          "{\"error\":\"TooManyJobs\",\"description\":\"30 jobs are queued or running\"}");
    }
    return desk.write(
        new ZendeskCall(
            object, op, null, names, desk.store(), results -> queued(results, desk.now())),
        request);
  }

  private synchronized long atWork(Instant now) {
    return jobs.values().stream()
        .filter(job -> job.told < 2 && job.since.plus(LONGEST_JOB).isAfter(now))
        .count();
  }

  private synchronized WireReply queued(ArrayNode results, Instant now) {
    String id = "V3-%032x".formatted(jobs.size() + 1);
    jobs.put(id, new Job(results, now));
    return WireReply.of(200, words(id, "queued", results.size(), null));
  }

  private synchronized WireReply told(String id) {
    Job job = jobs.get(id);
    if (job == null) {
      return nothing("RecordNotFound");
    }
    boolean done = ++job.told > 1;
    int total = job.results.size();
    return WireReply.of(
        200, words(id, done ? "completed" : "working", total, done ? job.results : null));
  }

  private static String words(String id, String status, int total, ArrayNode results) {
    ObjectNode job = ZendeskCall.JSON.createObjectNode().put("id", id);
    job.put("url", "https://example.zendesk.com/api/v2/job_statuses/" + id + ".json");
    job.put("total", total).put("status", status);
    if (results == null) {
      job.putNull("progress").putNull("message").putNull("results");
    } else {
      job.put("progress", total).put("message", "Completed at 2026-01-01 00:00:00 +0000");
      job.set("results", results);
    }
    return ZendeskCall.JSON.createObjectNode().set("job_status", job).toString();
  }

  /**
   * An account's own fields. Whoever rehearses has an account whose fields are not known here: it
   * is told nothing, lest what it has be taken for wrong.
   */
  private static WireReply fields(String of, Desk desk) {
    if (!desk.asksForCredentials()) {
      return WireReply.of(
          403, "{\"error\":{\"title\":\"Forbidden\",\"message\":\"You do not have access\"}}");
    }
    ObjectNode body = ZendeskCall.JSON.createObjectNode();
    ArrayNode list = body.putArray(of == null ? "custom_object_fields" : of + "_fields");
    field(list, "plan", "dropdown", List.of("basic", "pro"));
    field(list, "score", "decimal", List.of());
    field(list, "vip", "checkbox", List.of());
    body.putObject("meta").put("has_more", false).putNull("after_cursor");
    return WireReply.of(200, body.toString());
  }

  private static void field(ArrayNode list, String key, String type, List<String> options) {
    ObjectNode field = list.addObject().put("id", 360_000 + list.size()).put("key", key);
    field.put("type", type).put("title", key).put("active", true).put("removable", true);
    ArrayNode values = field.putArray("custom_field_options");
    options.forEach(option -> values.addObject().put("name", option).put("value", option));
  }

  private static WireReply nothing(String error) {
    return WireReply.of(
        404,
        ZendeskCall.JSON
            .createObjectNode()
            .put("error", error)
            .put("description", "Not found")
            .toString());
  }
}
