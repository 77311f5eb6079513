/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import io.backhaul.destination.http.RetryAfter;
import io.backhaul.destination.salesforce.Rows.Row;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Salesforce's errors mean ("Status Codes and Error Responses", v67; exception codes of the
 * SOAP API, which all interfaces share; "Errors" of Bulk API 2.0). An answer other than 2xx is a
 * list of {@code errorCode}, {@code message} and {@code fields}; a record's error has {@code
 * statusCode} instead.
 */
final class SalesforceErrors {

  /** What a code says; one that is not in {@link #CODES} is about the record, for good. */
  private enum Meaning {
    /** Not saved, and may be if asked again. */
    PASSING,
    /** Nothing is left of an allowance. */
    SPENT,
    /** Cut short: not saved where it is a record's error, and in doubt where it is a call's. */
    CUT_SHORT,
    /** Nothing will pass before someone changes the settings. */
    REFUSED,
    /** There is no such record (any more). */
    GONE
  }

  private static final Map<String, Meaning> CODES =
      Map.ofEntries(
          Map.entry("UNABLE_TO_LOCK_ROW", Meaning.PASSING),
          Map.entry("TooManyLockFailure", Meaning.PASSING),
          Map.entry("SERVER_UNAVAILABLE", Meaning.PASSING),
          Map.entry("STORAGE_LIMIT_EXCEEDED", Meaning.PASSING),
          // Another record of the call failed; this one did not.
          Map.entry("ALL_OR_NONE_OPERATION_ROLLED_BACK", Meaning.PASSING),
          Map.entry("PROCESSING_HALTED", Meaning.PASSING),
          Map.entry("REQUEST_LIMIT_EXCEEDED", Meaning.SPENT),
          Map.entry("ExceededQuota", Meaning.SPENT),
          Map.entry("QUERY_TIMEOUT", Meaning.CUT_SHORT),
          Map.entry("REQUEST_RUNNING_TOO_LONG", Meaning.CUT_SHORT),
          Map.entry("UNKNOWN_EXCEPTION", Meaning.CUT_SHORT),
          Map.entry("Timeout", Meaning.CUT_SHORT),
          Map.entry("Unknown", Meaning.CUT_SHORT),
          Map.entry("INVALID_TYPE", Meaning.REFUSED),
          Map.entry("API_DISABLED_FOR_ORG", Meaning.REFUSED),
          Map.entry("API_CURRENTLY_DISABLED", Meaning.REFUSED),
          Map.entry("FUNCTIONALITY_NOT_ENABLED", Meaning.REFUSED),
          Map.entry("FeatureNotEnabled", Meaning.REFUSED),
          Map.entry("UNSUPPORTED_API_VERSION", Meaning.REFUSED),
          Map.entry("InvalidUser", Meaning.REFUSED),
          Map.entry("ENTITY_IS_DELETED", Meaning.GONE),
          Map.entry("INVALID_CROSS_REFERENCE_KEY", Meaning.GONE),
          Map.entry("NOT_FOUND", Meaning.GONE));

  /** The day's calls come back little by little over 24 hours; Salesforce does not say when. */
  static final Duration DAY_SPENT = Duration.ofMinutes(15);

  /** What counts as one of the long calls of which only so many may be in flight. */
  private static final Duration LONG_CALL = Duration.ofSeconds(20);

  static final String SESSION_ENDED = "INVALID_SESSION_ID";

  private static final Pattern NAMED_FIELD =
      Pattern.compile(
          "(?:No such column '|Field name not found ?: ?|Required fields are missing: \\[)"
              + "([A-Za-z][A-Za-z0-9_.:]*)");

  /** What an error names: a code, the field at fault or {@code null}, and words. */
  record Detail(String code, String field, String message) {

    static Detail of(JsonNode error) {
      String code = error.path("statusCode").asText(error.path("errorCode").asText(null));
      String message = error.path("message").asText(error.path("error_description").asText(null));
      return new Detail(
          code == null ? error.path("error").asText("NOT_SAVED") : code,
          field(error.path("fields").path(0).asText(null), message),
          message);
    }

    /**
     * {@code CODE:message:field,field --}, as {@code sf__Error} and a job's {@code errorMessage}
     * have it; its grammar is documented nowhere (read off recorded answers).
     */
    static Detail ofBulk(String error) {
      String text = error.strip();
      int end = text.indexOf(':');
      String code = end < 0 ? "" : text.substring(0, end).strip();
      if (!code.matches("[A-Za-z_]+")) {
        return new Detail("NOT_SAVED", field(null, text), text.isEmpty() ? null : text);
      }
      String message = text.substring(end + 1).strip();
      String first = null;
      if (message.endsWith("--")) {
        int last = message.lastIndexOf(':');
        if (last >= 0) {
          first = message.substring(last + 1, message.length() - 2).split(",")[0].strip();
          message = message.substring(0, last).strip();
        }
      }
      return new Detail(code, field(first, message), message);
    }

    private static String field(String named, String message) {
      if (named != null && !named.isEmpty()) {
        return named;
      }
      Matcher matcher = NAMED_FIELD.matcher(message == null ? "" : message);
      return matcher.find() ? matcher.group(1) : null;
    }

    private Meaning meaning() {
      return CODES.get(code);
    }

    /** A job as a whole failed so that its records may pass in another. */
    boolean passing() {
      Meaning meaning = meaning();
      return meaning == Meaning.PASSING || meaning == Meaning.SPENT || meaning == Meaning.CUT_SHORT;
    }
  }

  private SalesforceErrors() {}

  /** Whether an answer says that the session has ended; the request was not applied. */
  static boolean sessionEnded(HttpAnswer answer) {
    return answer.status() == 401
        || (answer.status() / 100 == 4 && detail(answer).code().equals(SESSION_ENDED));
  }

  /**
   * The exception an answer other than 2xx means.
   *
   * @param renewable whether a session that ended can be begun again at another time
   */
  static DestinationException failure(
      HttpAnswer answer, Clock clock, Redactor redactor, boolean renewable) {
    Detail detail = detail(answer);
    String message = redactor.redact(detail.message());
    String words = "HTTP " + answer.status() + (message == null ? "" : ": " + message);
    Meaning meaning = detail.meaning();
    if (detail.code().equals(SESSION_ENDED) && renewable) {
      return unavailable(detail, answer, Duration.ZERO, words);
    }
    if (meaning == Meaning.SPENT) {
      return unavailable(detail, answer, pause(answer, detail, clock), words);
    }
    if (meaning == Meaning.PASSING) {
      return unavailable(detail, answer, RetryAfter.of(answer, clock), words);
    }
    if (meaning == Meaning.CUT_SHORT) {
      return DestinationException.inDoubt(detail.code(), answer.status(), words);
    }
    if (meaning == Meaning.REFUSED) {
      return DestinationException.refused(detail.code(), answer.status(), words);
    }
    return ErrorTable.DEFAULT.failure(answer, clock, detail.code(), detail.field(), message);
  }

  private static DestinationException unavailable(
      Detail detail, HttpAnswer answer, Duration pause, String words) {
    return DestinationException.unavailable(detail.code(), answer.status(), pause, words);
  }

  private static Duration pause(HttpAnswer answer, Detail detail, Clock clock) {
    Duration asked = RetryAfter.of(answer, clock);
    if (!asked.isZero()) {
      return asked;
    }
    String words = String.valueOf(detail.message()).toLowerCase(Locale.ROOT);
    return words.contains("concurrent") ? LONG_CALL : DAY_SPENT;
  }

  private static Detail detail(HttpAnswer answer) {
    JsonNode body = JsonBody.tree(answer).orElse(MissingNode.getInstance());
    Detail detail = Detail.of(body.isArray() ? body.path(0) : body);
    return detail.code().equals("NOT_SAVED")
        ? new Detail("HTTP_" + answer.status(), detail.field(), detail.message())
        : detail;
  }

  /** The result of a record that the error is about. */
  static RecordResult result(Row row, Detail detail) {
    if (detail.passing()) {
      return new RecordResult.Retry(row.key(), detail.code());
    }
    String words = String.valueOf(detail.message());
    if (words.contains("UNABLE_TO_LOCK_ROW")) {
      // A trigger met the lock; its own code says only that it failed.
      return new RecordResult.Retry(row.key(), "UNABLE_TO_LOCK_ROW");
    }
    // The same code says that the external id field itself is not there.
    boolean gone = detail.meaning() == Meaning.GONE && !words.contains("external ID field");
    return gone && row.change().op() == Op.DELETE
        ? new RecordResult.Applied(row.key(), row.id())
        : new RecordResult.Rejected(row.key(), detail.code(), detail.field(), detail.message());
  }
}
