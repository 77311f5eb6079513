/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a run ended: what {@code sync --json} prints and {@code runs} stores.
 *
 * @param counts by the names of {@code sync --json}: source, unchanged, planned, applied, rejected,
 *     invalid, quarantined, deferred, unknown
 * @param ops planned operations by wire name; all four are there
 * @param seconds wall time by step
 * @param deferredCode why operations were deferred, {@link Cancellation#CODE} if the run was
 *     cancelled, or {@code null}
 * @param error why it failed or was stopped, or {@code null}
 */
public record RunReport(
    String runId,
    String tenant,
    String sync,
    RunStatus status,
    Instant startedAt,
    Instant endedAt,
    Map<String, Long> counts,
    Map<String, Long> ops,
    Map<String, Double> seconds,
    String strategy,
    String strategyNote,
    String deferredCode,
    String error) {

  public RunReport {
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    ops = Collections.unmodifiableMap(new LinkedHashMap<>(ops));
    seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
  }

  /** Whether the next run has something to take up. */
  public boolean unfinished() {
    return count("deferred") + count("unknown") > 0 || Cancellation.CODE.equals(deferredCode);
  }

  /** A count by its name. */
  public long count(String name) {
    return counts.getOrDefault(name, 0L);
  }
}
