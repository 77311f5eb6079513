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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Many small syncs one after another in one session and one ledger, each with a state of its own:
 * once with nothing changed, once with a few rows changed. Every sync is timed by itself, so that a
 * slow-down shows: the last fifth beside the first.
 */
final class SmallBench implements Scenario {

  private static final int FEW_ROWS = 10;
  private static final int MOST_TO_WARM_UP = 10;
  private static final int FIFTH = 5;

  private final Setting setting;
  private final int syncs;
  private final int warmUp;

  SmallBench(Setting setting) {
    this.setting = setting;
    this.syncs = setting.options().syncs();
    this.warmUp = Math.min(syncs, MOST_TO_WARM_UP);
  }

  @Override
  public BenchResult run() throws Exception {
    long rows = setting.options().rows();
    Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
    pass("none_changed", 0, medians);
    pass("few_changed", Math.min(100, 100.0 * FEW_ROWS / rows), medians);
    Map<String, Double> ratios = new LinkedHashMap<>();
    medians.forEach(
        (name, figures) -> {
          String suffix = name.equals("none_changed") ? "" : "_" + name;
          ratios.put("seconds_per_sync" + suffix, figures.get("seconds"));
          ratios.put("commits_per_sync" + suffix, figures.get("commits"));
          ratios.put("last_fifth_vs_first" + suffix, figures.get("last_fifth_vs_first"));
        });
    return setting.result(100.0 * FEW_ROWS / rows, medians, ratios);
  }

  private void pass(String name, double percent, Map<String, Map<String, Double>> medians)
      throws Exception {
    long rows = setting.options().rows();
    Path before = setting.warehouse().before(rows);
    Path after = setting.warehouse().after(rows, percent);
    Difference right = new PlainSparkDiff(setting.spark(), before, after).find();
    String[] names =
        IntStream.range(0, warmUp + syncs).mapToObj(i -> "small-" + i).toArray(String[]::new);
    try (ServerProcess server = ServerProcess.start(Duration.ZERO)) {
      BenchSync sync =
          BenchSync.configure(
              setting.spark(),
              setting.scratch().next("conf"),
              after,
              server.url(),
              setting.options().connections(),
              setting.clock(),
              names);
      Path ledger = setting.scratch().next("ledger");
      fill(sync, ledger, before, after, names);
      setting.tell().accept(name + ": " + warmUp + " syncs to warm up, then " + syncs);
      List<Lap> laps = new ArrayList<>();
      long commits = 0;
      for (int i = 0; i < names.length; i++) {
        if (i == warmUp) {
          commits = commits(ledger);
        }
        Lap lap = once(sync, sync.spec(names[i]), ledger, server, WholeRun.Outcome.of(right));
        if (i >= warmUp) {
          laps.add(lap);
        }
      }
      Map<String, Double> figures = Figures.of(laps);
      figures.put("commits", (commits(ledger) - commits) / (double) syncs);
      figures.put("first_fifth", fifth(laps, 0));
      figures.put("last_fifth", fifth(laps, laps.size() - laps.size() / FIFTH));
      figures.put("last_fifth_vs_first", figures.get("last_fifth") / figures.get("first_fifth"));
      medians.put(name, figures);
    }
  }

  /** The states of all syncs are copies of one. */
  private void fill(BenchSync sync, Path ledger, Path before, Path after, String[] names)
      throws IOException {
    SyncSpec first = sync.spec(names[0]);
    new OurDiff(setting.spark(), first, sync.ledger(ledger), after).fill(before);
    Path states = ledger.resolve("state").resolve(BenchSync.TENANT);
    for (int i = 1; i < names.length; i++) {
      Scratch.copy(states.resolve(names[0]), states.resolve(names[i]));
    }
  }

  private Lap once(
      BenchSync sync, SyncSpec spec, Path ledger, ServerProcess server, WholeRun.Outcome right)
      throws Exception {
    Counts before = server.counts();
    Meter.Running running = setting.meter().beginAsItIs();
    RunReport report = sync.run(spec, ledger, RunObserver.NONE);
    Lap lap = running.end();
    WholeRun.Outcome found =
        new WholeRun.Outcome(
            report.ops().get("upsert"),
            report.ops().get("delete"),
            server.counts().since(before).records());
    if (!found.equals(right)) {
      throw new WrongAnswerException(spec.id(), found, right);
    }
    return lap;
  }

  private static double fifth(List<Lap> laps, int from) {
    int size = Math.max(1, laps.size() / FIFTH);
    int begin = Math.min(from, laps.size() - size);
    return Figures.median(laps.subList(begin, begin + size), Lap::seconds);
  }

  /** Commits of all tables of a ledger. */
  private static long commits(Path ledger) throws IOException {
    try (Stream<Path> files = Files.walk(ledger)) {
      return files
          .filter(file -> file.getParent().getFileName().toString().equals("_delta_log"))
          .filter(file -> file.getFileName().toString().matches("\\d{20}\\.json"))
          .count();
    }
  }
}
