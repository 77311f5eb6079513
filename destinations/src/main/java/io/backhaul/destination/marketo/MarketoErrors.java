/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.ErrorTable.Action;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Marketo's error codes mean ("Error Codes", read 2026). An error of a whole call comes with
 * status 200 and {@code success: false}; "6xx codes always indicate that a request failed
 * completely and were not executed". An error of a record is among its {@code reasons}.
 */
final class MarketoErrors {

  /** How long to stay away after an error that passes. */
  private enum Wait {
    NONE(0),
    /** Ten calls are being answered; one of them will soon be done. */
    TURN(2),
    /** Calls are counted in windows of 20 seconds. */
    WINDOW(20),
    /** Ten imports are queued, or a system is down. */
    QUEUE(30),
    /** The daily quota begins anew at "12:00AM CST". */
    MIDNIGHT(0);

    private static final ZoneId CENTRAL = ZoneId.of("America/Chicago");

    private final Duration length;

    Wait(long seconds) {
      length = Duration.ofSeconds(seconds);
    }

    Duration from(Clock clock) {
      if (this != MIDNIGHT) {
        return length;
      }
      ZonedDateTime now = clock.instant().atZone(CENTRAL);
      return Duration.between(now, now.toLocalDate().plusDays(1).atStartOfDay(CENTRAL));
    }
  }

  private record Meaning(Action action, Wait pause) {}

  /** A token that is not taken; {@code Transport} fetches another and repeats the call. */
  private static final Set<String> EXPIRED = Set.of("601", "602");

  /** Codes of whole calls. Others are refusals; from 1000 on they are about the data. */
  private static final Map<String, Meaning> CODES = new HashMap<>();

  static {
    mean(Action.IN_DOUBT, Wait.NONE, "500", "502");
    mean(Action.UNAVAILABLE, Wait.NONE, "601", "602", "604", "713", "719");
    mean(Action.UNAVAILABLE, Wait.WINDOW, "606");
    mean(Action.UNAVAILABLE, Wait.MIDNIGHT, "607");
    mean(Action.UNAVAILABLE, Wait.TURN, "615");
    mean(Action.UNAVAILABLE, Wait.QUEUE, "608", "611", "614", "1016", "1019", "1029");
    // A text that is no JSON, a blank, a date, a person who does not exist: in some record.
    mean(Action.POISONED, Wait.NONE, "609", "701", "704", "718");
    // Fields, partitions, lists and features that the subscription does not have.
    mean(Action.REFUSED, Wait.NONE, "1006", "1008", "1009", "1011", "1013", "1018", "1021", "1026");
  }

  /** A record that is not there, or not in the list: what a delete wants. */
  private static final Set<String> GONE = Set.of("1004", "1013", "1015");

  private static final Pattern FIELD =
      Pattern.compile(
          "\\b[Ff]ield ['\"\u2018\u201c]([^'\"\u2018\u2019\u201c\u201d]{1,255})['\"\u2019\u201d]");

  private MarketoErrors() {}

  private static void mean(Action action, Wait wait, String... codes) {
    for (String code : codes) {
      CODES.put(code, new Meaning(action, wait));
    }
  }

  /** Whether the answer says that the token is not taken, and the call was not executed. */
  static boolean expired(HttpAnswer answer) {
    return answer.status() == 401
        || (answer.status() == 200
            && startsAsObject(answer)
            && EXPIRED.contains(error(answer).path("code").asText("")));
  }

  /** Files of rows are not read for it. */
  private static boolean startsAsObject(HttpAnswer answer) {
    return answer.body().length > 0 && answer.body()[0] == '{';
  }

  /**
   * Passes an answer that says of itself that the call succeeded.
   *
   * @throws DestinationException what the answer means if it does not
   */
  static void check(HttpAnswer answer, Clock clock, Supplier<Redactor> redactor) {
    JsonNode error = error(answer);
    String code = error.path("code").asText("");
    if (ErrorTable.DEFAULT.action(answer) != Action.OK) {
      String message = redactor.get().redact(error.path("message").asText(null));
      throw ErrorTable.DEFAULT.failure(
          answer, clock, code.isEmpty() ? null : code, field(error), message);
    }
    if (JsonBody.object(answer).path("success").asBoolean(false)) {
      return;
    }
    if (code.isEmpty()) {
      throw DestinationException.contradictory(
          answer.status(), "the answer says neither success nor error: is url Marketo's address?");
    }
    String message =
        "Marketo answered " + code + ": " + redactor.get().redact(error.path("message").asText(""));
    Meaning meaning = meaning(code);
    throw switch (meaning.action()) {
      case UNAVAILABLE ->
          DestinationException.unavailable(
              code, answer.status(), meaning.pause().from(clock), message);
      case IN_DOUBT -> DestinationException.inDoubt(code, answer.status(), message);
      case POISONED -> DestinationException.poisoned(code, field(error), answer.status(), message);
      default -> DestinationException.refused(code, answer.status(), message);
    };
  }

  private static Meaning meaning(String code) {
    Action otherwise = code.length() >= 4 ? Action.POISONED : Action.REFUSED;
    return CODES.getOrDefault(code, new Meaning(otherwise, Wait.NONE));
  }

  private static JsonNode error(HttpAnswer answer) {
    Optional<JsonNode> body = JsonBody.tree(answer);
    return body.map(tree -> tree.path("errors").path(0)).orElse(MissingNode.getInstance());
  }

  /** The result of a record that was skipped. */
  static RecordResult result(String key, JsonNode reason) {
    String code = reason.path("code").asText("SKIPPED");
    if (meaning(code).action() == Action.UNAVAILABLE) {
      return new RecordResult.Retry(key, code);
    }
    return new RecordResult.Rejected(
        key, code, field(reason), reason.path("message").asText("skipped without a reason"));
  }

  /** Whether the reason is that the record is not there. */
  static boolean gone(JsonNode reason) {
    return GONE.contains(reason.path("code").asText(""));
  }

  /** Marketo names a field in words only: {@code Field 'shoeSize' not found}. */
  private static String field(JsonNode error) {
    return field(error.path("message").asText(""));
  }

  /** The field that a message names, or {@code null}. */
  static String field(String message) {
    Matcher match = FIELD.matcher(message);
    return match.find() ? match.group(1) : null;
  }
}
