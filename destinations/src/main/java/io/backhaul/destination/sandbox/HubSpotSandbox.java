/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HubSpot: CRM objects, associations, memberships in lists, account details, and OAuth tokens that
 * live half an hour (developers.hubspot.com, 2026). The store keeps records under their object,
 * associations under {@code associations/<from>/<to>}, and members under {@code lists/<id>}.
 *
 * <p>A private app of a professional account may make 190 calls in ten seconds.
 */
final class HubSpotSandbox implements SandboxVendor {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MAX_CALLS = 190;
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(30);

  private final Map<String, Instant> tokens = new ConcurrentHashMap<>();
  private Instant windowEnd = Instant.MIN;
  private int calls;
  private int issued;

  @Override
  public String name() {
    return "hubspot";
  }

  @Override
  public WireReply handle(WireRequest request, Desk desk) {
    if (request.path().matches("/oauth/v[13]/token")) {
      return token(request, desk.now());
    }
    WireReply refused = desk.asksForCredentials() ? unauthorized(request, desk.now()) : null;
    if (refused != null) {
      return refused;
    }
    int left = take(desk.now());
    WireReply reply = left < 0 ? limited() : open(request, desk);
    return counted(reply.status() == 429 ? worded(reply) : reply, Math.max(0, left));
  }

  /** Answers whoever comes, as often as they come. */
  WireReply open(WireRequest request, Desk desk) {
    String path = request.path();
    String call = request.method() + " " + path;
    if (call.equals("GET /account-info/v3/details")) {
      return account();
    }
    if (call.startsWith("GET /crm/v3/properties/")) {
      return HubSpotApi.properties();
    }
    if (HubSpotApi.speaks(request)) {
      return desk.write(new HubSpotApi(desk.store()), request);
    }
    if (HubSpotAssociations.speaks(request)) {
      return desk.write(new HubSpotAssociations(), request);
    }
    if (HubSpotLists.speaks(request)) {
      return desk.write(new HubSpotLists(), request);
    }
    return error(404, "OBJECT_NOT_FOUND", "the sandbox has no address " + path);
  }

  private static WireReply account() {
    ObjectNode account = JSON.createObjectNode().put("portalId", 1234567);
    account.put("accountType", "DEVELOPER_TEST").put("timeZone", "UTC");
    account.put("companyCurrency", "EUR").put("utcOffset", "+00:00");
    account.put("utcOffsetMilliseconds", 0).put("uiDomain", "app.hubspot.com");
    account.putArray("additionalCurrencies");
    return WireReply.of(200, account.put("dataHostingLocation", "eu1").toString());
  }

  private synchronized WireReply token(WireRequest request, Instant now) {
    if (!request.text().contains("grant_type=refresh_token")) {
      return WireReply.of(
          400, "{\"error\":\"unsupported_grant_type\",\"error_description\":\"not that grant\"}");
    }
    String token = "sandbox-access-" + ++issued;
    tokens.put(token, now.plus(TOKEN_LIFE));
    ObjectNode body = JSON.createObjectNode().put("access_token", token);
    body.put("token_type", "bearer").put("expires_in", TOKEN_LIFE.toSeconds());
    return WireReply.of(200, body.put("refresh_token", "sandbox-refresh").toString());
  }

  private WireReply unauthorized(WireRequest request, Instant now) {
    String header = request.header("Authorization").orElse("");
    if (!header.startsWith("Bearer ")) {
      return error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.");
    }
    Instant end = tokens.getOrDefault(header.substring("Bearer ".length()), Instant.MAX);
    return now.isBefore(end)
        ? null
        : error(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired");
  }

  /** How many calls are left in the window after this one; less than none if it is one too many. */
  private synchronized int take(Instant now) {
    if (!now.isBefore(windowEnd)) {
      windowEnd = now.plus(WINDOW);
      calls = 0;
    }
    return MAX_CALLS - ++calls;
  }

  private static WireReply limited() {
    return WireReply.of(429, "");
  }

  /** A throttle in HubSpot's words; it says nothing of when to come back but in the script's. */
  private static WireReply worded(WireReply reply) {
    ObjectNode body = JSON.createObjectNode().put("status", "error");
    body.put("message", "You have reached your ten_secondly_rolling limit.");
    body.put("errorType", "RATE_LIMIT").put("policyName", "TEN_SECONDLY_ROLLING");
    return new WireReply(429, reply.headers(), body.toString(), reply.manner(), reply.delay());
  }

  private static WireReply counted(WireReply reply, int left) {
    Map<String, String> headers = new HashMap<>(reply.headers());
    headers.put("X-HubSpot-RateLimit-Max", Integer.toString(MAX_CALLS));
    headers.put("X-HubSpot-RateLimit-Remaining", Integer.toString(left));
    headers.put("X-HubSpot-RateLimit-Interval-Milliseconds", Long.toString(WINDOW.toMillis()));
    headers.put("X-HubSpot-RateLimit-Daily", "650000");
    headers.put("X-HubSpot-RateLimit-Daily-Remaining", "600000");
    return new WireReply(reply.status(), headers, reply.body(), reply.manner(), reply.delay());
  }

  private static WireReply error(int status, String category, String message) {
    ObjectNode body = JSON.createObjectNode().put("status", "error").put("message", message);
    return WireReply.of(status, body.put("category", category).toString());
  }
}
