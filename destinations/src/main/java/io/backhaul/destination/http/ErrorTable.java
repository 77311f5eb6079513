/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.DestinationException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * From HTTP status to action, as data. {@link #DEFAULT} is what most vendors mean; a vendor that
 * means something else says so with {@link #with}. Immutable.
 *
 * <table>
 * <caption>The default</caption>
 * <tr><th>status</th><th>action</th><th>why</th></tr>
 * <tr><td>2xx</td><td>{@link Action#OK}</td><td></td></tr>
 * <tr><td>400, 409, 413, 422</td><td>{@link Action#POISONED}</td><td>about the data sent</td></tr>
 * <tr><td>408, 425, 429</td><td>{@link Action#UNAVAILABLE}</td><td>refused before it was applied</td></tr>
 * <tr><td>503 with Retry-After</td><td>{@link Action#UNAVAILABLE}</td><td>a considered refusal</td></tr>
 * <tr><td>501, 505</td><td>{@link Action#REFUSED}</td><td>the server cannot do this at all</td></tr>
 * <tr><td>any other 5xx</td><td>{@link Action#IN_DOUBT}</td><td>may have failed after applying</td></tr>
 * <tr><td>3xx, any other 4xx</td><td>{@link Action#REFUSED}</td><td>address, credentials, permission</td></tr>
 * <tr><td>anything else</td><td>{@link Action#CONTRADICTORY}</td><td>no final answer</td></tr>
 * </table>
 */
public final class ErrorTable {

  /** What an answer means for the batch as a whole. */
  public enum Action {
    /** Read the results from the body. */
    OK,
    /** Configuration, credentials or permission: stop. */
    REFUSED,
    /** Certainly not applied; may pass later. */
    UNAVAILABLE,
    /** Nobody can say whether it was applied. */
    IN_DOUBT,
    /** Refused for the data in it; its halves may pass. */
    POISONED,
    /** Not an answer to what was asked. */
    CONTRADICTORY
  }

  public static final ErrorTable DEFAULT =
      new ErrorTable(
          Map.ofEntries(
              Map.entry(400, Action.POISONED),
              Map.entry(408, Action.UNAVAILABLE),
              Map.entry(409, Action.POISONED),
              Map.entry(413, Action.POISONED),
              Map.entry(422, Action.POISONED),
              Map.entry(425, Action.UNAVAILABLE),
              Map.entry(429, Action.UNAVAILABLE),
              Map.entry(501, Action.REFUSED),
              Map.entry(505, Action.REFUSED)));

  private final Map<Integer, Action> byStatus;

  private ErrorTable(Map<Integer, Action> byStatus) {
    this.byStatus = Map.copyOf(byStatus);
  }

  /** This table with another action for one status. */
  public ErrorTable with(int status, Action action) {
    Map<Integer, Action> changed = new TreeMap<>(byStatus);
    changed.put(status, action);
    return new ErrorTable(changed);
  }

  /** What a status means; {@code retryAfter} says whether the answer named a time to come back. */
  public Action action(int status, boolean retryAfter) {
    Action named = byStatus.get(status);
    if (named != null) {
      return named;
    }
    if (status == 503 && retryAfter) {
      return Action.UNAVAILABLE;
    }
    return switch (status / 100) {
      case 2 -> Action.OK;
      case 3, 4 -> Action.REFUSED;
      case 5 -> Action.IN_DOUBT;
      default -> Action.CONTRADICTORY;
    };
  }

  /** What an answer means. */
  public Action action(HttpAnswer answer) {
    return action(answer.status(), answer.header("Retry-After").isPresent());
  }

  /** Passes an answer that is {@link Action#OK} and throws what any other one means. */
  public void check(HttpAnswer answer, Clock clock) {
    if (action(answer) != Action.OK) {
      throw failure(answer, clock, null, null, null);
    }
  }

  /**
   * The exception an answer that is not {@link Action#OK} means, in the vendor's words where it has
   * any.
   *
   * @param code the vendor's error code; {@code null} gives {@code HTTP_} and the status
   * @param field the destination field at fault, or {@code null}
   * @param message the vendor's words, redacted; {@code null} gives a sentence of our own
   */
  public DestinationException failure(
      HttpAnswer answer, Clock clock, String code, String field, String message) {
    int status = answer.status();
    String name = code == null ? "HTTP_" + status : code;
    String words = message == null ? sentence(status) : "HTTP " + status + ": " + message;
    return switch (action(answer)) {
      case REFUSED -> DestinationException.refused(name, status, words);
      case UNAVAILABLE -> {
        Duration hint = RetryAfter.of(answer, clock);
        yield DestinationException.unavailable(name, status, hint, words);
      }
      case IN_DOUBT -> DestinationException.inDoubt(name, status, words);
      case POISONED -> DestinationException.poisoned(name, field, status, words);
      case CONTRADICTORY -> DestinationException.contradictory(status, words);
      case OK -> throw new IllegalArgumentException(status + " is not a failure");
    };
  }

  private static String sentence(int status) {
    return switch (status) {
      case 401 -> "the destination does not take our credentials (401): check the auth section";
      case 403 -> "the destination does not let us do this (403): check the account's permissions";
      case 404 -> "the destination knows no such address (404): check the url and the object";
      case 429 -> "the destination asks us to slow down (429)";
      default ->
          status / 100 == 3
              ? "the destination sends us elsewhere ("
                  + status
                  + "); redirects are not followed: put the final address in url"
              : "the destination answered " + status;
    };
  }
}
