/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Marketo, as the pages "Authentication", "Leads", "List Membership", "Custom Objects", "Bulk Lead
 * Import" and "Error Codes" of its developer guide describe it (read 2026): tokens of an hour, of
 * which one that is asked for again is the same with what is left of its life; 100 calls in 20
 * seconds and 50,000 a day; errors of a call and of a record with status 200.
 */
final class MarketoSandbox implements SandboxVendor {

  static final JsonMapper JSON = JsonMapper.builder().build();

  /** The end of a token that was given here. */
  private static final String OURS = ":sandbox";

  private static final Duration TOKEN_LIFE = Duration.ofHours(1);
  private static final Duration WINDOW = Duration.ofSeconds(20);
  private static final int CALLS_A_WINDOW = 100;
  private static final int CALLS_A_DAY = 50_000;
  private static final int MOST_BYTES = 1_000_000;
  private static final int MOST_IMPORT_BYTES = 10_000_000;
  private static final ZoneId CENTRAL = ZoneId.of("America/Chicago");
  private static final Pattern RECORDS =
      Pattern.compile(
          "/rest/v1/(leads(/delete)?|customobjects/[^/]+(/delete)?|lists/[0-9]+/leads)[.]json");
  private static final Pattern LIST = Pattern.compile("/rest/v1/lists/([0-9]+)[.]json");
  private static final Pattern DESCRIBED =
      Pattern.compile("/rest/v1/(leads|customobjects/([^/]+))/describe[.]json");

  private final Map<String, Instant> tokens = new HashMap<>();
  private final Map<String, String> tokenOf = new HashMap<>();
  private final ArrayDeque<Instant> calls = new ArrayDeque<>();
  private final MarketoImports imports = new MarketoImports();
  private LocalDate day = LocalDate.EPOCH;
  private int callsToday;

  @Override
  public String name() {
    return "marketo";
  }

  @Override
  public WireReply handle(WireRequest request, Desk desk) {
    if (request.path().equals("/identity/oauth/token")) {
      return token(request, desk.now());
    }
    WireReply refusal = desk.asksForCredentials() ? refusal(request, desk.now()) : null;
    return refusal == null ? throttled(answer(request, desk)) : refusal;
  }

  /** Marketo knows no 429: a throttle of the script's is told in its words. */
  private static WireReply throttled(WireReply reply) {
    return reply.status() == 429 ? tooFast().travelling(reply.manner(), reply.delay()) : reply;
  }

  private WireReply answer(WireRequest request, Desk desk) {
    if (request.method().equals("GET")) {
      Matcher described = DESCRIBED.matcher(request.path());
      Matcher list = LIST.matcher(request.path());
      if (described.matches()) {
        return described.group(2) == null
            ? MarketoFields.leads()
            : MarketoFields.customObject(described.group(2));
      }
      return list.matches() ? list(list.group(1)) : imports.report(request.path());
    }
    if ((request.method() + " " + request.path()).equals("POST /bulk/v1/leads.json")) {
      return imports.full()
          ? error("1016", "Too many imports")
          : desk.write(imports.upload(desk.store()), request);
    }
    boolean removal = request.method().equals("DELETE") && request.path().contains("/lists/");
    if (RECORDS.matcher(request.path()).matches() && (request.method().equals("POST") || removal)) {
      return desk.write(new MarketoRecords(desk.store(), !desk.asksForCredentials()), request);
    }
    return error("610", "Requested resource not found");
  }

  private synchronized WireReply token(WireRequest request, Instant now) {
    Map<String, String> form = new HashMap<>();
    for (String pair : request.text().split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    String id = request.query("client_id").orElse(form.getOrDefault("client_id", ""));
    String secret = request.query("client_secret").orElse(form.getOrDefault("client_secret", ""));
    String grant = request.query("grant_type").orElse(form.getOrDefault("grant_type", ""));
    if (id.isEmpty() || secret.isEmpty() || !grant.equals("client_credentials")) {
      ObjectNode error = JSON.createObjectNode().put("error", "unauthorized");
      error.put("error_description", "No client with requested id");
      return WireReply.of(401, error.toString());
    }
    String known = tokenOf.get(id);
    if (known == null || !now.isBefore(tokens.get(known))) {
      String seed = id + " " + tokens.size();
      known = UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)) + OURS;
      tokenOf.put(id, known);
      tokens.put(known, now.plus(TOKEN_LIFE));
    }
    ObjectNode answer = JSON.createObjectNode().put("access_token", known);
    answer.put("token_type", "bearer");
    answer.put("expires_in", Duration.between(now, tokens.get(known)).toSeconds() - 1);
    return WireReply.of(200, answer.put("scope", "api@example.com").toString());
  }

  /**
   * What is wrong with the call before it is looked at, or {@code null}. A token that was not given
   * here is taken for one that does not expire.
   */
  private synchronized WireReply refusal(WireRequest request, Instant now) {
    String token = request.header("Authorization").orElse("").replaceFirst("^Bearer ", "");
    boolean ours = token.endsWith(OURS);
    if (token.isEmpty() || (ours && !tokens.containsKey(token))) {
      return error("601", "Access token invalid");
    }
    if (ours && !now.isBefore(tokens.get(token))) {
      return error("602", "Access token expired");
    }
    boolean bulk = request.path().startsWith("/bulk/");
    if (request.body().length > (bulk ? MOST_IMPORT_BYTES : MOST_BYTES)) {
      return WireReply.of(413, "");
    }
    LocalDate today = now.atZone(CENTRAL).toLocalDate();
    if (!today.equals(day)) {
      day = today;
      callsToday = 0;
    }
    if (callsToday >= CALLS_A_DAY) {
      return error("607", "Daily quota reached");
    }
    while (!calls.isEmpty() && !calls.peek().plus(WINDOW).isAfter(now)) {
      calls.remove();
    }
    if (calls.size() >= CALLS_A_WINDOW) {
      return tooFast();
    }
    calls.add(now);
    callsToday++;
    if (!request.method().equals("GET") && request.header("Content-Type").isEmpty()) {
      return error("612", "Invalid Content Type");
    }
    return null;
  }

  private static WireReply tooFast() {
    return error("606", "Max rate limit '100' exceeded with in '20' secs");
  }

  private static WireReply list(String id) {
    ArrayNode result = JSON.createArrayNode();
    result.addObject().put("id", Long.parseLong(id)).put("name", "List " + id);
    return success(result);
  }

  static WireReply success(ArrayNode result) {
    ObjectNode body = JSON.createObjectNode().put("requestId", "sandbox").put("success", true);
    body.set("result", result);
    return WireReply.of(200, body.toString());
  }

  static WireReply error(String code, String message) {
    ObjectNode body = JSON.createObjectNode().put("requestId", "sandbox").put("success", false);
    body.putArray("errors").addObject().put("code", code).put("message", message);
    return WireReply.of(200, body.toString());
  }
}
