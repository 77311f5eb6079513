/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.KlaviyoDeed.Kind;
import io.backhaul.destination.sandbox.KlaviyoProfiles.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Klaviyo's API as its description has it (github.com/klaviyo/openapi, revision 2026-07-15):
 * profile import, by job and one by one, deletion, events, list members. A job is applied when it
 * is asked for, and told as queued, processing and complete in turn, one state each time it is
 * asked after.
 */
final class KlaviyoSandbox implements SandboxVendor {

  private static final Pattern JOB =
      Pattern.compile("/api/profile-bulk-import-jobs/([A-Za-z0-9]+)(/import-errors)?");
  private static final Pattern MEMBERS =
      Pattern.compile("/api/lists/([A-Za-z0-9]+)/relationships/profiles");
  private static final int PAGE = 20;
  private static final int KEPT_JOBS = 10_000;

  private static final class Job {
    private final int total;
    private final ArrayNode errors;
    private int told;

    Job(int total, ArrayNode errors) {
      this.total = total;
      this.errors = errors;
    }
  }

  private KlaviyoProfiles profiles;
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
    return "klaviyo";
  }

  @Override
  public WireReply handle(WireRequest request, Desk desk) {
    if (desk.asksForCredentials() && request.header("Authorization").isEmpty()) {
      return refused(401, "not_authenticated", "Authentication credentials were not provided.");
    }
    if (request.header("revision").isEmpty()) {
      return refused(400, "invalid", "The revision header is required.");
    }
    return request.method().equals("GET") ? asked(request) : written(request, desk);
  }

  private synchronized KlaviyoProfiles profiles(Desk desk) {
    if (profiles == null) {
      profiles = new KlaviyoProfiles(desk.store());
    }
    return profiles;
  }

  private WireReply written(WireRequest request, Desk desk) {
    Matcher members = MEMBERS.matcher(request.path());
    if (members.matches()) {
      Kind kind = request.method().equals("DELETE") ? Kind.LEAVING : Kind.JOINING;
      return deed(kind, members.group(1), request, desk);
    }
    return switch (request.method() + " " + request.path()) {
      case "POST /api/profile-bulk-import-jobs" ->
          desk.write(new KlaviyoImport(false, profiles(desk), this::queued), request);
      case "POST /api/profile-import" ->
          desk.write(new KlaviyoImport(true, profiles(desk), this::queued), request);
      case "POST /api/events" -> deed(Kind.EVENT, null, request, desk);
      case "POST /api/data-privacy-deletion-jobs" -> deed(Kind.DELETION, null, request, desk);
      default -> refused(404, "not_found", "The path is not known.");
    };
  }

  private WireReply deed(Kind kind, String list, WireRequest request, Desk desk) {
    return desk.write(new KlaviyoDeed(kind, list, profiles(desk), desk.store()), request);
  }

  private WireReply asked(WireRequest request) {
    if (request.path().equals("/api/accounts")) {
      return WireReply.of(
          200,
          "{\"data\":[{\"type\":\"account\",\"id\":\"SANDBX\",\"attributes\":{"
              + "\"contact_information\":{\"organization_name\":\"Sandbox\"}}}]}");
    }
    Matcher job = JOB.matcher(request.path());
    if (!job.matches()) {
      return refused(404, "not_found", "The path is not known.");
    }
    return job.group(2) == null ? told(job.group(1)) : errors(job.group(1), request);
  }

  private synchronized WireReply queued(int total, ArrayNode errors) {
    String id = "job" + (jobs.size() + 1);
    jobs.put(id, new Job(total, errors));
    return WireReply.of(202, words(id, "queued", jobs.get(id), false));
  }

  private synchronized WireReply told(String id) {
    Job job = jobs.get(id);
    if (job == null) {
      return refused(404, "not_found", "A job with this id does not exist.");
    }
    boolean done = ++job.told > 1;
    return WireReply.of(200, words(id, done ? "complete" : "processing", job, done));
  }

  private static String words(String id, String status, Job job, boolean done) {
    ObjectNode body = KlaviyoProfiles.JSON.createObjectNode();
    ObjectNode data = body.putObject("data").put("type", "profile-bulk-import-job").put("id", id);
    ObjectNode attributes = data.putObject("attributes").put("status", status);
    attributes.put("created_at", "2026-01-01T00:00:00+00:00").put("total_count", job.total);
    attributes.put("completed_count", done ? job.total - job.errors.size() : 0);
    attributes.put("failed_count", done ? job.errors.size() : 0);
    data.putObject("links").put("self", "https://a.klaviyo.com/api/profile-bulk-import-jobs/" + id);
    return body.toString();
  }

  private synchronized WireReply errors(String id, WireRequest request) {
    Job job = jobs.get(id);
    if (job == null) {
      return refused(404, "not_found", "A job with this id does not exist.");
    }
    int from = Integer.parseInt(request.query("page[cursor]").orElse("0"));
    ObjectNode body = KlaviyoProfiles.JSON.createObjectNode();
    ArrayNode page = body.putArray("data");
    for (int i = from; i < Math.min(job.errors.size(), from + PAGE); i++) {
      page.add(job.errors.get(i));
    }
    ObjectNode links = body.putObject("links");
    if (from + PAGE < job.errors.size()) {
      links.put(
          "next",
          "https://a.klaviyo.com/api/profile-bulk-import-jobs/"
              + id
              + "/import-errors?page%5Bcursor%5D="
              + (from + PAGE));
    } else {
      links.putNull("next");
    }
    return WireReply.of(200, body.toString());
  }

  private static WireReply refused(int status, String code, String detail) {
    return KlaviyoProfiles.refusal(status, new Problem(code, "/data", detail, null));
  }
}
