/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.jobs.fleet.SyncEntry.QueuedJob;
import java.time.Instant;
import java.util.Locale;

/** What a person asks of a fleet, whether one is at work now or not. */
public enum Wish {
  /** The sync is due no more until it is resumed; what runs ends, what waits is taken out. */
  PAUSE,
  /** A sync that is paused or parked is due by its schedule again; its failures are forgotten. */
  RESUME,
  /** The sync is due now, paused or not. */
  TRIGGER,
  /** A run under way ends early; a job that waits is taken out and its time is passed over. */
  CANCEL;

  /** The name of its command. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The entry once the wish is granted; the same one if there is nothing to do. */
  SyncEntry grant(SyncEntry entry, Instant now) {
    QueuedJob job = entry.job();
    boolean waits = job != null && !job.leased();
    return switch (this) {
      case PAUSE -> waits ? entry.paused(true).with((QueuedJob) null) : entry.paused(true);
      case RESUME -> entry.paused(false).with(entry.last().forgiven());
      case TRIGGER -> job == null ? entry.with(QueuedJob.waiting(now)) : entry;
      case CANCEL -> {
        if (waits) {
          yield entry.with((QueuedJob) null).with(entry.last().passedOver(now));
        }
        yield job == null ? entry : entry.with(job.cancel());
      }
    };
  }
}
