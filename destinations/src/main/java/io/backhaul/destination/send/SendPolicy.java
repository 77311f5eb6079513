/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Op;
import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * How one partition is delivered.
 *
 * @param inFlight most batches under way at once, so that latency does not bound throughput
 * @param maxAttempts most requests for the same records before they are deferred
 * @param patience longest total time the partition waits for a throttled or broken destination
 *     before it defers the rest; waits of several batches at the same time count once
 * @param firstBackoff first wait after a failure for which the destination named none; doubles
 * @param maxBackoff longest such wait
 * @param repeatInDoubt whether an operation that is not safe to repeat is sent again when nobody
 *     knows whether it was applied ({@code on_in_doubt: resend})
 * @param atMostOnce whether nothing is sent again that may have been applied, however safe to
 *     repeat the operation is ({@code delivery: at_most_once})
 * @param rejects how many records the destination may reject before the rest is deferred
 */
public record SendPolicy(
    int inFlight,
    int maxAttempts,
    Duration patience,
    Duration firstBackoff,
    Duration maxBackoff,
    boolean repeatInDoubt,
    boolean atMostOnce,
    RejectLimit rejects)
    implements Serializable {

  public SendPolicy {
    Objects.requireNonNull(rejects, "rejects");
    if (inFlight < 1 || maxAttempts < 1) {
      throw new IllegalArgumentException("a policy allows at least one batch and one attempt");
    }
    if (patience.isNegative()) {
      throw new IllegalArgumentException("patience is not negative: " + patience);
    }
    if (firstBackoff.toMillis() < 1 || maxBackoff.compareTo(firstBackoff) < 0) {
      throw new IllegalArgumentException(
          "backoff grows from at least 1 ms: " + firstBackoff + " to " + maxBackoff);
    }
    if (repeatInDoubt && atMostOnce) {
      throw new IllegalArgumentException(
          "what is in doubt is either repeated or delivered at most once, not both");
    }
  }

  /**
   * Four batches at once, six attempts, ten minutes of patience, backoff from 1 to 60 seconds, and
   * half of the records may be rejected.
   */
  public static SendPolicy standard() {
    return new SendPolicy(
        4,
        6,
        Duration.ofMinutes(10),
        Duration.ofSeconds(1),
        Duration.ofMinutes(1),
        false,
        false,
        RejectLimit.ofShare(0.5));
  }

  /** Whether a batch of this operation may be sent again when nobody knows if it was applied. */
  boolean repeats(Op op, Capabilities capabilities) {
    return !atMostOnce && (repeatInDoubt || capabilities.safeToRepeat(op));
  }

  public SendPolicy withInFlight(int batches) {
    return new SendPolicy(
        batches,
        maxAttempts,
        patience,
        firstBackoff,
        maxBackoff,
        repeatInDoubt,
        atMostOnce,
        rejects);
  }

  public SendPolicy withMaxAttempts(int attempts) {
    return new SendPolicy(
        inFlight, attempts, patience, firstBackoff, maxBackoff, repeatInDoubt, atMostOnce, rejects);
  }

  public SendPolicy withPatience(Duration longest) {
    return new SendPolicy(
        inFlight,
        maxAttempts,
        longest,
        firstBackoff,
        maxBackoff,
        repeatInDoubt,
        atMostOnce,
        rejects);
  }

  public SendPolicy withRepeatInDoubt(boolean repeat) {
    return new SendPolicy(
        inFlight, maxAttempts, patience, firstBackoff, maxBackoff, repeat, atMostOnce, rejects);
  }

  public SendPolicy withAtMostOnce(boolean once) {
    return new SendPolicy(
        inFlight, maxAttempts, patience, firstBackoff, maxBackoff, repeatInDoubt, once, rejects);
  }

  public SendPolicy withRejects(RejectLimit limit) {
    return new SendPolicy(
        inFlight,
        maxAttempts,
        patience,
        firstBackoff,
        maxBackoff,
        repeatInDoubt,
        atMostOnce,
        limit);
  }
}
