/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.bench.server.Counts;
import io.backhaul.jobs.bench.server.ServerProcess;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All five steps of a sync, each round on a ledger that is as it was before the first. The records
 * that arrive are counted; how many there must be is what plain Spark finds.
 */
final class WholeRun implements Contender {

  private final Setting setting;
  private final BenchSync sync;
  private final SyncSpec spec;
  private final ServerProcess server;
  private final Path ledger;
  private final List<RunReport> reports = new ArrayList<>();

  /**
   * @param ledger copied before each round; a folder that is not there is a ledger without runs
   */
  WholeRun(Setting setting, BenchSync sync, SyncSpec spec, ServerProcess server, Path ledger) {
    this.setting = setting;
    this.sync = sync;
    this.spec = spec;
    this.server = server;
    this.ledger = ledger;
  }

  @Override
  public String name() {
    return "backhaul";
  }

  /**
   * What came of a run.
   *
   * @param records that the destination counted, deletes included
   */
  record Outcome(long upserts, long deletes, long records) {
    static Outcome of(Difference difference) {
      return new Outcome(
          difference.upserts(), difference.deletes(), difference.upserts() + difference.deletes());
    }
  }

  @Override
  public Timed<Outcome> round(Meter meter) throws Exception {
    Path own = copy();
    Counts before = server.counts();
    Timed<RunReport> timed = meter.time(() -> sync.run(spec, own, RunObserver.NONE));
    long records = server.counts().since(before).records();
    Scratch.delete(own);
    RunReport report = timed.answer();
    reports.add(report);
    return new Timed<>(
        timed.lap(), new Outcome(report.ops().get("upsert"), report.ops().get("delete"), records));
  }

  private Path copy() throws IOException {
    return Files.exists(ledger)
        ? setting.scratch().copy(ledger, "ledger")
        : setting.scratch().next("ledger");
  }

  /** Medians of the seconds of each step, as the runs report them; the warm-up left out. */
  Map<String, Double> stepSeconds() {
    List<RunReport> timed = reports.subList(1, reports.size());
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (String step : timed.get(0).seconds().keySet()) {
      seconds.put(
          "seconds_" + step,
          Figures.median(
              timed.stream().mapToDouble(run -> run.seconds().getOrDefault(step, 0.0)).toArray()));
    }
    return seconds;
  }
}
