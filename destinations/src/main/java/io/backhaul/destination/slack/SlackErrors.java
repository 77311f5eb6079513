/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code "ok": false} means, by its {@code error} (the methods' pages in docs.slack.dev, read
 * 2026). A code that is in none of the tables is about the message.
 */
final class SlackErrors {

  /** Nothing was done, and it may pass later. */
  private static final Set<String> PASSING =
      Set.of(
          "ratelimited",
          "rate_limited",
          "message_limit_exceeded",
          "service_unavailable",
          "request_timeout", // the request came truncated
          "team_added_to_org",
          "org_login_required",
          "external_channel_migrating");

  /** "It's possible some aspect of the operation succeeded before the error was raised." */
  private static final Set<String> IN_DOUBT =
      Set.of("internal_error", "fatal_error", "update_failed");

  /** Token, permission, or a request that Slack does not read: no message will pass. */
  private static final Set<String> REFUSED =
      Set.of(
          "not_authed",
          "invalid_auth",
          "account_inactive",
          "token_revoked",
          "token_expired",
          "missing_scope",
          "no_permission",
          "not_allowed_token_type",
          "access_denied",
          "accesslimited",
          "ekm_access_denied",
          "enterprise_is_restricted",
          "team_access_not_granted",
          "two_factor_setup_required",
          "method_deprecated",
          "deprecated_endpoint",
          "unknown_method",
          "invalid_arg_name",
          "invalid_charset",
          "invalid_form_data",
          "invalid_post_type",
          "missing_post_type",
          "invalid_json",
          "json_not_object",
          "upgrade_required");

  /** The argument at fault. */
  private static final Map<String, String> FIELDS =
      Map.ofEntries(
          Map.entry("channel_not_found", "channel"),
          Map.entry("not_in_channel", "channel"),
          Map.entry("is_archived", "channel"),
          Map.entry("is_inactive", "channel"),
          Map.entry("restricted_action", "channel"),
          Map.entry("restricted_action_read_only_channel", "channel"),
          Map.entry("restricted_action_thread_only_channel", "channel"),
          Map.entry("restricted_action_non_threadable_channel", "thread_ts"),
          Map.entry("cannot_reply_to_message", "thread_ts"),
          Map.entry("thread_not_found", "thread_ts"),
          Map.entry("users_not_found", "email"),
          Map.entry("user_not_found", "channel"),
          Map.entry("no_text", "text"),
          Map.entry("msg_too_long", "text"),
          Map.entry("markdown_text_conflict", "markdown_text"),
          Map.entry("invalid_blocks", "blocks"),
          Map.entry("invalid_blocks_format", "blocks"),
          Map.entry("msg_blocks_too_long", "blocks"),
          Map.entry("block_mismatch", "blocks"),
          Map.entry("too_many_attachments", "attachments"),
          Map.entry("invalid_attachments", "attachments"),
          Map.entry("invalid_metadata_format", "metadata"),
          Map.entry("invalid_metadata_schema", "metadata"),
          Map.entry("metadata_too_large", "metadata"));

  /** {@code [ERROR] no more than 50 items allowed [json-pointer:/blocks]}. */
  private static final Pattern POINTER = Pattern.compile("\\[json-pointer:/([^/\\]]+)[^]]*]");

  private SlackErrors() {}

  /**
   * Throws what an error means that is not about the message alone; returns for one that is.
   *
   * @throws DestinationException (refused, unavailable or in doubt)
   */
  static void pass(JsonNode answer) {
    pass(answer, Duration.ZERO, answer.path("error").asText());
  }

  /** The same in the redacted {@code words} of the answer, with the pause that it asks for. */
  static void pass(JsonNode answer, Duration pause, String words) {
    String code = code(answer);
    if (PASSING.contains(code)) {
      throw DestinationException.unavailable(code, 200, pause, "Slack: " + words);
    }
    if (IN_DOUBT.contains(code)) {
      throw DestinationException.inDoubt(code, 200, "Slack: " + words);
    }
    if (REFUSED.contains(code)) {
      String needed = answer.path("needed").asText("");
      throw DestinationException.refused(
          code,
          200,
          "Slack: " + words + (needed.isEmpty() ? "" : ", needed is " + needed) + remedy(code));
    }
  }

  private static String remedy(String code) {
    return code.equals("missing_scope") || code.equals("no_permission")
        ? ": give the app that scope and install it anew"
        : ": check the auth section";
  }

  static String code(JsonNode answer) {
    return answer.path("error").asText("UNKNOWN_ERROR");
  }

  /** The argument at fault, or {@code null}. */
  static String field(JsonNode answer) {
    Matcher pointer = POINTER.matcher(String.join(" ", messages(answer)));
    return pointer.find() ? pointer.group(1) : FIELDS.get(code(answer));
  }

  /** Slack's words; its code as words where it has no others. */
  static String words(JsonNode answer) {
    List<String> messages = messages(answer);
    return messages.isEmpty() ? code(answer).replace('_', ' ') : String.join("; ", messages);
  }

  private static List<String> messages(JsonNode answer) {
    List<String> messages = new ArrayList<>();
    answer.path("response_metadata").path("messages").forEach(each -> messages.add(each.asText()));
    return messages;
  }
}
