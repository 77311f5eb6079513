/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A whole batch ended without results. Two booleans say what the sender may do:
 *
 * <table>
 * <caption>the truth table</caption>
 * <tr><th>retryable</th><th>outcome known</th><th>meaning</th><th>the sender</th></tr>
 * <tr><td>no</td><td>yes</td><td>{@link Kind#REFUSED}: configuration, credentials, permission, schema</td>
 *     <td>stops this sync; nothing advances</td></tr>
 * <tr><td>yes</td><td>yes</td><td>{@link Kind#UNAVAILABLE}: refused before it was applied</td>
 *     <td>waits; same batch, same idempotency key</td></tr>
 * <tr><td>yes</td><td>no</td><td>{@link Kind#IN_DOUBT}: timeout or reset after bytes were sent</td>
 *     <td>same key again where the call is idempotent, else records unknown</td></tr>
 * <tr><td>no</td><td>no</td><td>{@link Kind#CONTRADICTORY}: job vanished, an answer that cannot be</td>
 *     <td>records unknown, stops the partition</td></tr>
 * </table>
 *
 * <p>{@link Kind#POISONED} is a refusal for the data in it (400, 413, 422): not applied, and the
 * same batch will be refused again, but its halves may pass. The sender bisects it.
 *
 * <p>Messages hold no secret and no field value.
 */
public final class DestinationException extends RuntimeException {

  /** Which row of the truth table. */
  public enum Kind {
    REFUSED(false, true),
    UNAVAILABLE(true, true),
    IN_DOUBT(true, false),
    CONTRADICTORY(false, false),
    POISONED(false, true);

    private final boolean retryable;
    private final boolean outcomeKnown;

    Kind(boolean retryable, boolean outcomeKnown) {
      this.retryable = retryable;
      this.outcomeKnown = outcomeKnown;
    }
  }

  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String code;
  private final String field;
  private final int httpStatus;
  private final RateHint rateHint;

  private DestinationException(
      Kind kind, String code, String field, int httpStatus, RateHint rateHint, String message) {
    super(message);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.code = Objects.requireNonNull(code, "code");
    this.field = field;
    this.httpStatus = httpStatus;
    this.rateHint = Objects.requireNonNull(rateHint, "rateHint");
  }

  /** Configuration, credentials, permission or schema are wrong; nothing was applied. */
  public static DestinationException refused(String code, int httpStatus, String message) {
    return new DestinationException(Kind.REFUSED, code, null, httpStatus, RateHint.NONE, message);
  }

  /** Nothing was applied, and the same batch may pass after {@code hint} (zero: nobody said). */
  public static DestinationException unavailable(
      String code, int httpStatus, Duration hint, String message) {
    return new DestinationException(
        Kind.UNAVAILABLE, code, null, httpStatus, new RateHint(hint), message);
  }

  /** Bytes were sent and no complete answer came back. */
  public static DestinationException inDoubt(String code, int httpStatus, String message) {
    return new DestinationException(Kind.IN_DOUBT, code, null, httpStatus, RateHint.NONE, message);
  }

  /** The answer breaks the vendor's contract; code {@code CONTRACT_BREACH}. */
  public static DestinationException contradictory(int httpStatus, String message) {
    return new DestinationException(
        Kind.CONTRADICTORY, "CONTRACT_BREACH", null, httpStatus, RateHint.NONE, message);
  }

  /**
   * The batch was refused for the data in it; for a batch of one record this is its rejection.
   *
   * @param field the destination field at fault, or {@code null}
   */
  public static DestinationException poisoned(
      String code, String field, int httpStatus, String message) {
    return new DestinationException(Kind.POISONED, code, field, httpStatus, RateHint.NONE, message);
  }

  /**
   * The same failure of a request that only asks something: whatever became of it, nothing was
   * applied.
   */
  public DestinationException ofAQuestion() {
    return switch (kind) {
      case IN_DOUBT -> unavailable(code, httpStatus, rateHint.pause(), getMessage());
      case POISONED, CONTRADICTORY -> refused(code, httpStatus, getMessage());
      case REFUSED, UNAVAILABLE -> this;
    };
  }

  /** The same failure in other words; {@code null} stays {@code null}. */
  public DestinationException saying(UnaryOperator<String> names, UnaryOperator<String> words) {
    String message = getMessage() == null ? null : words.apply(getMessage());
    String otherField = field == null ? null : names.apply(field);
    DestinationException same =
        new DestinationException(
            kind, names.apply(code), otherField, httpStatus, rateHint, message);
    same.setStackTrace(getStackTrace());
    return same;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether the same batch may pass if it is sent again. */
  public boolean retryable() {
    return kind.retryable;
  }

  /** Whether it is certain that nothing was applied. */
  public boolean outcomeKnown() {
    return kind.outcomeKnown;
  }

  /**
   * The vendor's error code, or ours: {@code TIMEOUT}, {@code HTTP_503}, {@code CONTRACT_BREACH}.
   */
  public String code() {
    return code;
  }

  /** The destination field at fault, or {@code null}. */
  public String field() {
    return field;
  }

  /** HTTP status of the answer, 0 where there was none. */
  public int httpStatus() {
    return httpStatus;
  }

  /** How long the destination asked us to wait. */
  public RateHint rateHint() {
    return rateHint;
  }
}
