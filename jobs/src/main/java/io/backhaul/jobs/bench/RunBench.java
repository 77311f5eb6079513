/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.bench.server.ServerProcess;
import io.backhaul.jobs.spec.SyncSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole sync, from the source to a destination that answers at once: a first one, or one after
 * which so many rows changed.
 */
final class RunBench implements Scenario {

  private static final String SYNC = "customers";
  private static final double MINUTE = 60;

  private final Setting setting;
  private final boolean first;
  private final double changed;

  private RunBench(Setting setting, boolean first, double changed) {
    this.setting = setting;
    this.first = first;
    this.changed = changed;
  }

  /** A first sync of all rows. */
  static RunBench first(Setting setting) {
    return new RunBench(setting, true, 100);
  }

  /** A sync of a table that was synced before. */
  static RunBench again(Setting setting, double changed) {
    return new RunBench(setting, false, changed);
  }

  @Override
  public BenchResult run() throws Exception {
    long rows = setting.options().rows();
    Path before = setting.warehouse().before(rows);
    Path after = first ? before : setting.warehouse().after(rows, changed);
    try (ServerProcess server = ServerProcess.start(Duration.ZERO)) {
      BenchSync sync =
          BenchSync.configure(
              setting.spark(),
              setting.scratch().next("conf"),
              after,
              server.url(),
              setting.options().connections(),
              setting.clock(),
              SYNC);
      SyncSpec spec = sync.spec(SYNC);
      Path ledger = setting.scratch().next("ledger");
      Difference difference = difference(sync, spec, ledger, before, after);
      WholeRun ours = new WholeRun(setting, sync, spec, server, ledger);
      Map<String, List<Lap>> laps =
          setting
              .race()
              .run(
                  List.of(ours, Tables.floor(setting.spark(), before, after)),
                  WholeRun.Outcome.of(difference));
      return result(laps, ours.stepSeconds(), difference);
    }
  }

  /** What is to be found; where there was a sync before, also fills the ledger's state. */
  private Difference difference(
      BenchSync sync, SyncSpec spec, Path ledger, Path before, Path after) {
    if (first) {
      return new Difference(setting.options().rows(), 0, 0, 0);
    }
    setting.tell().accept("filling the state");
    new OurDiff(setting.spark(), spec, sync.ledger(ledger), after).fill(before);
    return new PlainSparkDiff(setting.spark(), before, after).find();
  }

  private BenchResult result(
      Map<String, List<Lap>> laps, Map<String, Double> stepSeconds, Difference difference) {
    Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
    laps.forEach((name, each) -> medians.put(name, Figures.of(each)));
    Map<String, Double> ours = medians.get("backhaul");
    ours.putAll(stepSeconds);
    Map<String, Double> ratios = new LinkedHashMap<>();
    double seconds = ours.get("seconds");
    ratios.put("vs_floor", seconds / medians.get("floor").get("seconds"));
    ratios.put("records_per_minute", difference.upserts() / seconds * MINUTE);
    ratios.put("seconds_per_sync", seconds);
    return setting.result(changed, medians, ratios);
  }
}
