/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Quota;
import io.backhaul.destination.http.Redactor;
import io.backhaul.destination.http.RetryAfter;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Zendesk's errors mean (developer.zendesk.com, "Response format", "Rate limits"). They come
 * in several shapes, all of them seen in recorded traffic: {@code error} is a code, a sentence or
 * an object of {@code title} and {@code message}; {@code details} names the fields at fault; a
 * limit answers in plain text.
 */
final class ZendeskErrors {

  /** What a code says beyond the status it comes with. */
  enum Meaning {
    /** Not applied, and may pass by itself. */
    PASSES,
    /** There is no such record. */
    GONE
  }

  /**
   * The codes that are not about the data sent. 409 is about data unless it says that two writers
   * met (DatabaseConflict: "retry the request"); which status TooManyJobs comes with is not
   * documented.
   */
  private static final Map<String, Meaning> CODES =
      Map.of(
          "TooManyJobs", Meaning.PASSES,
          "DatabaseConflict", Meaning.PASSES,
          "ServiceUnavailable", Meaning.PASSES,
          "RecordNotFound", Meaning.GONE,
          "NotFound", Meaning.GONE);

  private static final ErrorTable TABLE = ErrorTable.DEFAULT;

  private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  /** {@code Email: a@b is not properly formatted}: what stands before the colon is a field. */
  private static final Pattern LEADING_FIELD = Pattern.compile("([A-Z][A-Za-z0-9 _-]{0,60}): .*");

  /** Limits of an endpoint of its own: {@code total=100; remaining=0; resets=41}. */
  private static final Pattern ENDPOINT_SPENT =
      Pattern.compile(".*\\bremaining=0\\b.*\\bresets=([0-9]{1,6})\\b.*");

  /** What an error names: a code, the field at fault or {@code null}, and words or {@code null}. */
  private record Detail(String code, String field, String message) {}

  private ZendeskErrors() {}

  /** Passes an answer that is no error; {@code redactor} is made only for one that is. */
  static void check(HttpAnswer answer, Clock clock, Supplier<Redactor> redactor) {
    if (TABLE.action(answer) != ErrorTable.Action.OK) {
      throw failure(answer, clock, redactor.get());
    }
  }

  private static DestinationException failure(HttpAnswer answer, Clock clock, Redactor redactor) {
    Detail detail =
        JsonBody.tree(answer)
            .filter(JsonNode::isObject)
            .map(error -> detail(error, "HTTP_" + answer.status()))
            .orElseGet(() -> new Detail("HTTP_" + answer.status(), null, plain(answer)));
    String message = redactor.redact(detail.message());
    boolean passes = CODES.get(detail.code()) == Meaning.PASSES;
    if (passes || TABLE.action(answer) == ErrorTable.Action.UNAVAILABLE) {
      return DestinationException.unavailable(
          detail.code(),
          answer.status(),
          pause(answer, clock),
          "HTTP " + answer.status() + (message == null ? "" : ": " + message));
    }
    return TABLE.failure(answer, clock, detail.code(), detail.field(), message);
  }

  /** Whether an answer says that there is no such record. */
  static boolean gone(HttpAnswer answer) {
    return answer.status() == 404
        && JsonBody.tree(answer)
            .map(error -> CODES.get(error.path("error").asText("")) == Meaning.GONE)
            .orElse(false);
  }

  /** An endpoint's limit is reached while the account's is not: both are looked at. */
  private static Duration pause(HttpAnswer answer, Clock clock) {
    Duration asked = RetryAfter.of(answer, clock);
    return asked.isZero() && answer.status() == 429 ? pace(answer, clock).pause() : asked;
  }

  /** How long nothing more will be taken, by the headers of an answer of any kind. */
  static RateHint pace(HttpAnswer answer, Clock clock) {
    RateHint account = Quota.spent(answer, "ratelimit-remaining", "ratelimit-reset", clock);
    Duration longest = account.pause();
    for (Map.Entry<String, List<String>> header : answer.headers().map().entrySet()) {
      if (header.getKey().toLowerCase(Locale.ROOT).startsWith("zendesk-ratelimit-")) {
        Matcher spent = ENDPOINT_SPENT.matcher(header.getValue().get(0));
        if (spent.matches()) {
          Duration resets = Duration.ofSeconds(Long.parseLong(spent.group(1)));
          longest = resets.compareTo(longest) > 0 ? resets : longest;
        }
      }
    }
    return new RateHint(longest);
  }

  /**
   * The result of a record that a job's result says is not applied.
   *
   * @param sent the record as it was sent, to recognise the field in the words
   * @param removing whether the record was to be removed, so that one that is gone is as it should
   *     be
   */
  static RecordResult result(ZendeskRecord sent, JsonNode error, boolean removing) {
    String key = sent.change().key();
    Detail detail = detail(error, "REJECTED");
    Meaning meaning = CODES.get(detail.code());
    if (meaning == Meaning.PASSES) {
      return new RecordResult.Retry(key, detail.code());
    }
    if (meaning == Meaning.GONE && removing) {
      return new RecordResult.Applied(key, sent.id());
    }
    String field = detail.field() == null ? leadingField(sent, detail.message()) : detail.field();
    return new RecordResult.Rejected(key, detail.code(), field, detail.message());
  }

  /** The field that the words begin with, if the record has one of that name. */
  private static String leadingField(ZendeskRecord sent, String message) {
    Matcher leading = LEADING_FIELD.matcher(message == null ? "" : message);
    if (!leading.matches()) {
      return null;
    }
    String name = leading.group(1).toLowerCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
    if (sent.body().has(name)) {
      return name;
    }
    for (Map.Entry<String, JsonNode> group : sent.body().properties()) {
      if (group.getValue().has(name)) {
        return group.getKey() + "." + name;
      }
    }
    return null;
  }

  private static Detail detail(JsonNode error, String otherwise) {
    JsonNode listed = error.path("errors").path(0);
    if (listed.isObject()) {
      return listed(listed, otherwise);
    }
    JsonNode named = error.path("error");
    String code = named.isObject() ? title(named, otherwise) : code(named.asText(""), otherwise);
    String field = null;
    String message = null;
    JsonNode details = error.path("details");
    if (details.isObject()) {
      Iterator<Map.Entry<String, JsonNode>> fields = details.fields();
      if (fields.hasNext()) {
        Map.Entry<String, JsonNode> first = fields.next();
        field = first.getKey().equals("base") ? null : first.getKey();
        JsonNode problem = first.getValue().isArray() ? first.getValue().get(0) : first.getValue();
        message = problem == null ? null : problem.path("description").asText(words(problem));
      }
    } else {
      message = words(details);
    }
    for (String where : List.of("description", "message", "error_description")) {
      message = message == null ? words(error.path(where)) : message;
    }
    if (message == null) {
      String spoken = named.isObject() ? named.path("message").asText(null) : words(named);
      message = spoken == null || spoken.equals(code) ? null : spoken;
    }
    return new Detail(code, field, message);
  }

  /** The newer form: {@code {"errors":[{"code","title","detail","source":{"pointer"}}]}}. */
  private static Detail listed(JsonNode error, String otherwise) {
    String message = words(error.path("detail"));
    message = message == null ? words(error.path("title")) : message;
    message = message == null ? words(error.path("message")) : message;
    String pointer = error.path("source").path("pointer").asText("");
    String field = pointer.isEmpty() ? null : pointer.substring(pointer.lastIndexOf('/') + 1);
    return new Detail(error.path("code").asText(otherwise), field, message);
  }

  private static String title(JsonNode error, String otherwise) {
    return code(error.path("title").asText("").replace(" ", ""), otherwise);
  }

  private static String code(String text, String otherwise) {
    return CODE.matcher(text).matches() ? text : otherwise;
  }

  private static String words(JsonNode node) {
    return node.isTextual() && !node.asText().isBlank() ? node.asText() : null;
  }

  private static String plain(HttpAnswer answer) {
    boolean text = answer.header("Content-Type").orElse("").startsWith("text/plain");
    return text && !answer.text().isBlank() ? answer.text() : null;
  }
}
