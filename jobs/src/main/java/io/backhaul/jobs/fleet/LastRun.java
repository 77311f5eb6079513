/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import java.time.Instant;

/**
 * What is known of a sync's last run that ended, deferred ones left out.
 *
 * @param startedAt when it began to read its source; whatever changed before is in it (UTC)
 * @param endedAt when it ended (UTC)
 * @param succeededAt end of the last run that did not fail, {@code null} if there is none (UTC)
 * @param failures failed runs since then
 * @param sourceVersion version of the source that it read, {@code null} where there is none
 */
public record LastRun(
    Instant startedAt, Instant endedAt, Instant succeededAt, int failures, String sourceVersion) {

  /** A sync that never ran. */
  public static final LastRun NEVER = new LastRun(Instant.MIN, Instant.MIN, null, 0, null);

  /** Whether the sync never ran. */
  public boolean never() {
    return startedAt.equals(Instant.MIN);
  }

  /** The same with its failures forgotten. */
  LastRun forgiven() {
    return new LastRun(startedAt, endedAt, succeededAt, 0, sourceVersion);
  }

  /** The same, as if what was due until now had run; nothing of it succeeded. */
  LastRun passedOver(Instant now) {
    return new LastRun(now, now, succeededAt, failures, sourceVersion);
  }

  /** The same sync after one more run. */
  public LastRun then(Instant started, Instant ended, boolean failed, String version) {
    return new LastRun(
        started,
        ended,
        failed ? succeededAt : ended,
        failed ? failures + 1 : 0,
        failed ? sourceVersion : version);
  }
}
