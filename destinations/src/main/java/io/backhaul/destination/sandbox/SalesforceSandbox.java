/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Salesforce org as its documentation describes it (REST API and Bulk API 2.0 guides, v67): token
 * endpoint, limits, describe, sObject Collections, rows by external id within Composite, ingest
 * jobs. A session lasts 15 minutes, the shortest an org can set. Jobs go from state to state as
 * they are asked after. Thread-safe.
 */
final class SalesforceSandbox implements SandboxVendor {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern DATA = Pattern.compile("/services/data/v[1-9][0-9]{1,2}\\.0(/.*)");
  private static final Pattern DESCRIBE = Pattern.compile("/sobjects/([^/]+)/describe/?");
  private static final Pattern JOB = Pattern.compile("/jobs/ingest/([^/]+)(/[A-Za-z]+)?/?");
  private static final Duration SESSION = Duration.ofMinutes(15);
  private static final Duration LONGEST_OPEN = Duration.ofHours(24);
  private static final String TOKEN = "00Dsandbox!";
  private static final int CALLS_A_DAY = 100_000;

  private final SalesforceOrg org = new SalesforceOrg();
  private final Map<String, Instant> sessions = new HashMap<>();
  private final Map<String, SalesforceJob> jobs = new LinkedHashMap<>();
  private long day;
  private int calls;
  private int lastJob;

  @Override
  public String name() {
    return "salesforce";
  }

  @Override
  public synchronized WireReply handle(WireRequest request, Desk desk) {
    if (request.path().equals("/services/oauth2/token")) {
      return token(form(request.text()), desk.now());
    }
    Matcher data = DATA.matcher(request.path());
    if (!data.matches()) {
      return notFound();
    }
    if (desk.asksForCredentials() && !session(request, desk.now())) {
      return SalesforceWords.error(401, "INVALID_SESSION_ID", null, "Session expired or invalid");
    }
    long today = desk.now().getEpochSecond() / Duration.ofDays(1).toSeconds();
    calls = today == day ? calls + 1 : 1;
    day = today;
    if (calls > CALLS_A_DAY) {
      return SalesforceWords.error(
          403, "REQUEST_LIMIT_EXCEEDED", null, "TotalRequests Limit exceeded.");
    }
    WireReply reply = answer(data.group(1), request, desk);
    Map<String, String> headers = new HashMap<>(reply.headers());
    headers.put("Sforce-Limit-Info", "api-usage=" + calls + "/" + CALLS_A_DAY);
    return new WireReply(reply.status(), headers, reply.body(), reply.manner(), reply.delay());
  }

  private WireReply answer(String path, WireRequest request, Desk desk) {
    String call = request.method() + " " + path;
    if (call.matches("GET /limits/?")) {
      ObjectNode body = JSON.createObjectNode();
      body.putObject("DailyApiRequests")
          .put("Max", CALLS_A_DAY)
          .put("Remaining", CALLS_A_DAY - calls);
      body.putObject("DailyBulkApiBatches")
          .put("Max", 15_000)
          .put("Remaining", 15_000 - jobs.size());
      return WireReply.of(200, body.toString());
    }
    Matcher describe = DESCRIBE.matcher(path);
    if (describe.matches() && request.method().equals("GET")) {
      return SalesforceOrg.knows(describe.group(1))
          ? WireReply.of(200, SalesforceOrg.description(describe.group(1)).toString())
          : notFound();
    }
    if (path.startsWith("/composite/sobjects")) {
      return desk.write(new SalesforceCollections(org, desk.store(), path), request);
    }
    if (call.matches("POST /composite/?")) {
      return desk.write(new SalesforceComposite(org, desk.store()), request);
    }
    if (call.matches("POST /jobs/ingest/?")) {
      return create(request, desk);
    }
    if (call.matches("GET /jobs/ingest/?")) {
      ObjectNode body = JSON.createObjectNode().put("done", true);
      ArrayNode records = body.putArray("records");
      for (SalesforceJob job : jobs.values()) {
        records.add(job.json().without("externalIdFieldName"));
      }
      return WireReply.of(200, body.toString());
    }
    Matcher named = JOB.matcher(path);
    SalesforceJob job = named.matches() ? jobs.get(named.group(1)) : null;
    return job == null ? notFound() : job(job, String.valueOf(named.group(2)), request, desk);
  }

  private WireReply create(WireRequest request, Desk desk) {
    JsonNode asked;
    try {
      asked = JSON.readTree(request.body());
    } catch (IOException e) {
      String words = e instanceof JsonProcessingException ? "Unexpected character" : "no body";
      return SalesforceWords.error(400, "JSON_PARSER_ERROR", null, words);
    }
    String object = asked.path("object").asText("");
    String operation = asked.path("operation").asText("");
    String externalId = asked.path("externalIdFieldName").asText(null);
    if (!SalesforceOrg.knows(object)) {
      return SalesforceWords.error(
          400, "INVALIDENTITY", null, "InvalidEntity : Entity '" + object + "' is not supported.");
    }
    if (!operation.matches("insert|update|upsert|delete")) {
      return SalesforceWords.error(400, "INVALIDOPERATION", null, "no such operation");
    }
    if (operation.equals("upsert")
        && (externalId == null || !SalesforceOrg.identifies(object, externalId))) {
      return SalesforceWords.error(
          400,
          "INVALIDJOB",
          null,
          "InvalidJob : Field name provided, " + externalId + " is not an external ID");
    }
    String id = "750%012dAAA".formatted(++lastJob);
    SalesforceJob job =
        new SalesforceJob(id, desk.now(), org, desk.store(), object, operation, externalId);
    jobs.put(id, job);
    return WireReply.of(200, job.json().toString());
  }

  private WireReply job(SalesforceJob job, String part, WireRequest request, Desk desk) {
    if (job.state().equals("Open") && job.created.plus(LONGEST_OPEN).isBefore(desk.now())) {
      job.state("Aborted");
    }
    return switch (request.method() + " " + part) {
      case "PUT /batches" -> upload(job, request);
      case "PATCH null" -> change(job, request);
      case "GET null" -> poll(job, request, desk);
      case "GET /successfulResults" -> csv(job.successful());
      case "GET /failedResults" -> csv(job.failedRows());
      case "GET /unprocessedrecords" -> csv(job.unprocessed());
      case "DELETE null" -> {
        jobs.remove(job.id);
        yield WireReply.of(204, "");
      }
      default -> notFound();
    };
  }

  private static WireReply upload(SalesforceJob job, WireRequest request) {
    if (!job.state().equals("Open") || job.filled()) {
      return SalesforceWords.error(
          400, "CLIENT_INPUT_ERROR", null, "only one PUT is possible, while the job is open");
    }
    job.fill(request.body());
    return WireReply.of(201, "");
  }

  private static WireReply change(SalesforceJob job, WireRequest request) {
    boolean closes = request.text().contains("UploadComplete");
    boolean aborts = request.text().contains("Aborted");
    boolean running = job.state().equals("UploadComplete") || job.state().equals("InProgress");
    if ((closes && job.state().equals("Open"))
        || (aborts && (running || job.state().equals("Open")))) {
      job.state(closes ? "UploadComplete" : "Aborted");
      return WireReply.of(200, job.json().toString());
    }
    return SalesforceWords.error(
        400, "INVALIDJOBSTATE", null, "a job that is " + job.state() + " cannot become that");
  }

  /** Found queued, then at work, then done. */
  private static WireReply poll(SalesforceJob job, WireRequest request, Desk desk) {
    if (job.state().equals("UploadComplete")) {
      job.begin();
    } else if (job.state().equals("InProgress")) {
      WireRequest rows = WireRequest.of("PUT", request.target(), request.headers(), job.csv());
      return desk.write(job, rows);
    }
    return WireReply.of(200, job.json().toString());
  }

  private static WireReply csv(String table) {
    return WireReply.of(200, Map.of("Content-Type", "text/csv"), table);
  }

  private WireReply token(Map<String, String> form, Instant now) {
    boolean jwt = form.getOrDefault("grant_type", "").endsWith(":jwt-bearer");
    boolean granted =
        jwt
            ? form.getOrDefault("assertion", "").matches("[^.]+[.][^.]+[.][^.]+")
            : form.getOrDefault("grant_type", "").matches("client_credentials|refresh_token")
                && !form.getOrDefault("client_id", "").isEmpty()
                && !form.getOrDefault("client_secret", "").isEmpty();
    if (!granted) {
      ObjectNode error =
          JSON.createObjectNode().put("error", jwt ? "invalid_grant" : "invalid_client");
      return WireReply.of(
          400, error.put("error_description", "invalid client credentials").toString());
    }
    String token = TOKEN + (sessions.size() + 1);
    sessions.put(token, now.plus(SESSION));
    ObjectNode body = JSON.createObjectNode().put("access_token", token);
    body.put("instance_url", "https://sandbox.my.salesforce.com").put("token_type", "Bearer");
    return WireReply.of(200, body.put("issued_at", Long.toString(now.toEpochMilli())).toString());
  }

  /** A token that the sandbox did not give is one that someone has from elsewhere, and good. */
  private boolean session(WireRequest request, Instant now) {
    String header = request.header("Authorization").orElse("");
    String token = header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : "";
    return token.startsWith(TOKEN)
        ? now.isBefore(sessions.getOrDefault(token, Instant.MIN))
        : !token.isEmpty();
  }

  private static Map<String, String> form(String text) {
    Map<String, String> form = new HashMap<>();
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return form;
  }

  private static WireReply notFound() {
    return SalesforceWords.error(404, "NOT_FOUND", null, "The requested resource does not exist");
  }
}
