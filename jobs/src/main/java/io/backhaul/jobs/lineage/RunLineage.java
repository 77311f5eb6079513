/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.jobs.spec.LineageSpec;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.Step;
import io.openlineage.client.OpenLineage;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an OpenLineage server of one run of a sync: that it began, and how it ended. Nothing that
 * goes wrong here reaches the run; {@link #close} waits for the server no longer than the spec
 * says.
 */
public final class RunLineage implements RunObserver, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunLineage.class);

  private final RunEvents events;
  private final LineageServer server;
  private final SyncSpec spec;
  private final Clock clock;
  private String runId;
  private Instant startedAt;
  private Carried carried;
  private boolean told;

  /**
   * @param sparkVersion of the session that the run works with
   */
  public RunLineage(LineageSpec to, SyncSpec spec, String sparkVersion, Clock clock) {
    this(to, spec, sparkVersion, clock, LOG::warn);
  }

  RunLineage(
      LineageSpec to, SyncSpec spec, String sparkVersion, Clock clock, Consumer<String> warnings) {
    this.events = new RunEvents(to, spec, sparkVersion);
    this.server = new LineageServer(to, warnings);
    this.spec = spec;
    this.clock = clock;
  }

  @Override
  public synchronized void begun(String run, Instant at) {
    runId = run;
    startedAt = at;
    tell(() -> events.started(run, at));
  }

  @Override
  public synchronized void recovered(RunReport report) {
    tell(() -> events.ended(report, null));
  }

  @Override
  public synchronized void pinned(Snapshot snapshot, Mapping mapping) {
    try {
      carried = Carried.of(snapshot, mapping, spec.mapping());
    } catch (Exception | LinkageError e) { // Spark throws checked exceptions it does not declare
      server.troubled(
          "what the run carries could not be told (" + e.getClass().getSimpleName() + ")");
    }
  }

  @Override
  public synchronized void reported(RunReport report) {
    told = true;
    tell(() -> events.ended(report, carried));
  }

  @Override
  public synchronized void ended() {
    if (runId != null && !told) {
      told = true;
      tell(() -> events.broken(runId, startedAt, clock.instant()));
    }
  }

  @Override
  public void step(String run, Step step, long total) {}

  @Override
  public void delivered(Delivered soFar) {}

  /** Waits until the server took the events, no longer than the spec says. */
  @Override
  public void close() {
    server.close();
  }

  private void tell(Supplier<OpenLineage.RunEvent> event) {
    try {
      server.send(event.get());
    } catch (RuntimeException | LinkageError e) {
      server.troubled("an event could not be made (" + e.getClass().getSimpleName() + ")");
    }
  }
}
