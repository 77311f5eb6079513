/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Finds the ids of channels by their names ({@code conversations.list}) and of users by their
 * e-mail addresses ({@code users.lookupByEmail}), and remembers what it found. Thread-safe.
 */
final class SlackDirectory {

  /** Tier 2 is 20 calls a minute, and the most a page may hold is 1,000. */
  private static final String CHANNELS =
      "/api/conversations.list?exclude_archived=true&limit=1000"
          + "&types=public_channel%2Cprivate_channel";

  private static final int MOST_PAGES = 50;

  /** Asks Slack; the answer's body, {@code ok} or not. */
  @FunctionalInterface
  interface Questions extends Function<String, JsonNode> {}

  private final Questions slack;
  private final Map<String, String> users = new ConcurrentHashMap<>();
  private Map<String, String> channels;

  SlackDirectory(Questions slack) {
    this.slack = slack;
  }

  /**
   * What a request names a destination by: an id as it is, a {@code #name} by its channel's id, an
   * {@code @email} by its user's. A name that is not listed stays a name, which Slack takes for a
   * channel as well and answers for itself.
   *
   * @throws DestinationException if Slack cannot be asked
   */
  String id(String address) throws Unsendable {
    if (SlackObject.isId(address)) {
      return address;
    }
    try {
      return address.startsWith("@") ? user(address.substring(1)) : channel(address);
    } catch (DestinationException e) {
      throw e.ofAQuestion();
    }
  }

  private String channel(String address) {
    String name = address.startsWith("#") ? address.substring(1) : address;
    return channels().getOrDefault(name, address);
  }

  private String user(String email) throws Unsendable {
    String known = users.get(email);
    if (known != null) {
      return known;
    }
    JsonNode answer =
        slack.apply(
            "/api/users.lookupByEmail?email=" + URLEncoder.encode(email, StandardCharsets.UTF_8));
    if (!answer.path("ok").asBoolean()) {
      SlackErrors.pass(answer);
      throw new Unsendable(
          answer.path("error").asText(), "email", "Slack has no user with this e-mail address");
    }
    String id = answer.path("user").path("id").asText();
    users.put(email, id);
    return id;
  }

  private synchronized Map<String, String> channels() {
    if (channels == null) {
      channels = listed();
    }
    return channels;
  }

  private Map<String, String> listed() {
    Map<String, String> ids = new HashMap<>();
    String cursor = "";
    for (int page = 0; page < MOST_PAGES; page++) {
      JsonNode answer = slack.apply(CHANNELS + cursor);
      if (!answer.path("ok").asBoolean()) {
        if (answer.path("error").asText().equals("missing_scope")) {
          // Names will do for posting; the scope is for whoever wants more than that.
          return Map.of();
        }
        SlackErrors.pass(answer);
        throw DestinationException.refused(
            answer.path("error").asText(), 200, "Slack does not list its channels");
      }
      answer
          .path("channels")
          .forEach(each -> ids.put(each.path("name").asText(), each.path("id").asText()));
      String next = answer.path("response_metadata").path("next_cursor").asText("");
      if (next.isEmpty()) {
        break;
      }
      cursor = "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    }
    return ids;
  }
}
