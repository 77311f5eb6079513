/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Slack workspace (docs.slack.dev, 2026): its channels, its users, and what is posted. The store
 * keeps the messages of a channel under {@code channels/<id>}, by their time stamps. There is a
 * user for every address of example.com.
 *
 * <p>A channel takes a message a second; bursts of ten are let pass.
 */
final class SlackSandbox implements SandboxVendor {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Duration BURST = Duration.ofSeconds(10);
  private static final int PAGE = 200;

  private final Map<String, String> channels = new TreeMap<>();
  private final Map<String, Instant> busyUntil = new HashMap<>();
  private long messages;

  SlackSandbox() {
    for (String name : new String[] {"general", "random", "alerts", "orders"}) {
      channel(name);
    }
  }

  @Override
  public String name() {
    return "slack";
  }

  @Override
  public WireReply handle(WireRequest request, Desk desk) {
    String token = request.header("Authorization").orElse("");
    if (desk.asksForCredentials() && !token.startsWith("Bearer ")) {
      return error("not_authed");
    }
    return switch (request.path()) {
      case "/api/auth.test" -> me();
      case "/api/conversations.list" -> list(request);
      case "/api/users.lookupByEmail" -> user(request.query("email").orElse(""), desk);
      case "/api/chat.postMessage", "/api/chat.update", "/api/chat.delete" ->
          worded(message(request, desk));
      default -> error("unknown_method");
    };
  }

  private static WireReply me() {
    ObjectNode me =
        JSON.createObjectNode().put("ok", true).put("url", "https://sandbox.slack.com/");
    me.put("team", "Sandbox").put("user", "backhaul").put("team_id", "T0SANDBOX");
    String scopes = "chat:write,channels:read,groups:read,users:read.email";
    return WireReply.of(
        200, Map.of("X-OAuth-Scopes", scopes), me.put("user_id", "U0BACKHAUL").toString());
  }

  private synchronized WireReply list(WireRequest request) {
    int from = Integer.parseInt(request.query("cursor").orElse("0"));
    ObjectNode body = JSON.createObjectNode().put("ok", true);
    channels.entrySet().stream()
        .skip(from)
        .limit(PAGE)
        .forEach(
            each ->
                body.withArray("channels")
                    .addObject()
                    .put("id", each.getValue())
                    .put("name", each.getKey())
                    .put("is_archived", false));
    boolean more = channels.size() > from + PAGE;
    body.putObject("response_metadata").put("next_cursor", more ? "" + (from + PAGE) : "");
    return WireReply.of(200, body.toString());
  }

  private static WireReply user(String email, Desk desk) {
    if (desk.asksForCredentials() && !email.endsWith("@example.com")) {
      return error("users_not_found");
    }
    ObjectNode body = JSON.createObjectNode().put("ok", true);
    ObjectNode user = body.putObject("user").put("id", userId(email));
    user.putObject("profile").put("email", email);
    return WireReply.of(200, body.toString());
  }

  private static String userId(String email) {
    return "U" + String.format("%010X", email.hashCode() & 0xFFFFFFFFL);
  }

  private WireReply message(WireRequest request, Desk desk) {
    JsonNode body;
    try {
      body = JSON.readTree(request.body());
    } catch (IOException e) {
      return error("invalid_json");
    }
    String channel = known(body.path("channel").asText(""), desk.asksForCredentials());
    if (channel == null) {
      return error("channel_not_found");
    }
    String call = request.path().substring("/api/chat.".length());
    String ts = body.path("ts").asText("");
    boolean held = desk.store().id("channels/" + channel, ts) != null;
    if (call.equals("delete") && !held && desk.asksForCredentials()) {
      return error("message_not_found");
    }
    if (call.equals("postMessage")) {
      Duration wait = taken(channel, desk.now());
      if (!wait.isZero()) {
        return throttled(wait);
      }
      ts = stamp(desk.now());
    }
    return desk.write(new SlackApi(call, channel, ts, (ObjectNode) body), request);
  }

  /** The id of a channel, by which a user's direct messages have one of their own. */
  private synchronized String known(String channel, boolean strict) {
    if (channel.matches("[UW][A-Z0-9]{2,}")) {
      return "D" + channel.substring(1);
    }
    if (channel.matches("[CGD][A-Z0-9]{2,}")) {
      return channel;
    }
    String name = channel.startsWith("#") ? channel.substring(1) : channel;
    return strict || name.isEmpty() ? channels.get(name) : channel(name);
  }

  private synchronized String channel(String name) {
    return channels.computeIfAbsent(name, any -> String.format("C0%08d", channels.size() + 1));
  }

  /** How long the channel wants to be left alone; zero if it takes a message now. */
  private synchronized Duration taken(String channel, Instant now) {
    Instant until = busyUntil.getOrDefault(channel, Instant.MIN);
    Instant next = (until.isBefore(now) ? now : until).plusSeconds(1);
    Duration over = Duration.between(now.plus(BURST), next);
    if (over.isNegative() || over.isZero()) {
      busyUntil.put(channel, next);
      return Duration.ZERO;
    }
    return over;
  }

  private synchronized String stamp(Instant now) {
    return String.format("%d.%06d", now.getEpochSecond(), ++messages % 1_000_000);
  }

  private static WireReply throttled(Duration wait) {
    String seconds = Long.toString(wait.plusSeconds(1).minusNanos(1).toSeconds());
    return WireReply.of(429, Map.of("Retry-After", seconds), "");
  }

  /** Faults of the script, in Slack's words. */
  private static WireReply worded(WireReply reply) {
    return switch (reply.status()) {
      case 429 -> saying(reply, 429, "ratelimited");
      case 401 -> saying(reply, 200, "invalid_auth");
      default -> reply;
    };
  }

  private static WireReply saying(WireReply reply, int status, String error) {
    return new WireReply(
        status, reply.headers(), error(error).body(), reply.manner(), reply.delay());
  }

  static WireReply error(String error) {
    return WireReply.of(
        200, JSON.createObjectNode().put("ok", false).put("error", error).toString());
  }
}
