/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.bench.server.ServerProcess;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sending alone: the DELIVER step of first syncs, which reads the stored outbox and writes the
 * journal, against a loop that posts ready bodies and against the loop that people write.
 */
final class DeliverBench implements Scenario {

  private static final String OURS = "backhaul";
  private static final String BARE_LOOP = "bare_loop";
  private static final String ONE_AT_A_TIME = "one_at_a_time";
  private static final String SYNC = "customers";

  /** The ratios are of a destination that answers at once, and of one that does not. */
  private static final int QUICK = 0;

  private static final int SLOW = 200;

  /** A slow loop posts for so long; its throughput is the same however much it posts. */
  private static final long SLOW_LOOP_MILLIS = 5_000;

  private final Setting setting;

  DeliverBench(Setting setting) {
    this.setting = setting;
  }

  @Override
  public BenchResult run() throws Exception {
    Path source = setting.warehouse().before(setting.options().rows());
    Cargo cargo = cargo(source);
    Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (int latency : setting.options().latencies()) {
      setting.tell().accept("a destination that answers after " + latency + " ms");
      try (ServerProcess server = ServerProcess.start(Duration.ofMillis(latency))) {
        Map<String, Double> perSecond = compete(server, source, cargo, latency, medians);
        ratios.putAll(ratios(perSecond, latency));
      }
    }
    return setting.result(100, medians, ratios);
  }

  /** Takes the records from the outbox of a first sync. */
  private Cargo cargo(Path source) throws IOException {
    Path ledger = setting.scratch().next("ledger");
    try (ServerProcess server = ServerProcess.start(Duration.ZERO)) {
      BenchSync sync = sync(source, server);
      SyncSpec spec = sync.spec(SYNC);
      sync.run(spec, ledger, RunObserver.NONE);
      return Cargo.of(
          setting.spark(),
          sync.ledger(ledger).outbox(spec.tenant(), spec.name()).read(setting.spark()),
          setting.scratch().next("cargo"));
    }
  }

  private BenchSync sync(Path source, ServerProcess server) throws IOException {
    return BenchSync.configure(
        setting.spark(),
        setting.scratch().next("conf"),
        source,
        server.url(),
        setting.options().connections(),
        setting.clock(),
        SYNC);
  }

  /** Runs the race; returns records a second by contender. */
  private Map<String, Double> compete(
      ServerProcess server,
      Path source,
      Cargo cargo,
      int latency,
      Map<String, Map<String, Double>> medians)
      throws Exception {
    Cargo few = cargo.first(slowRequests(latency));
    BareLoop bareLoop = new BareLoop(server.url(), setting.options().connections(), cargo.bodies());
    OneAtATime oneAtATime = new OneAtATime(server.url(), BenchSync.BATCH);
    List<Sending> contenders =
        List.of(
            ours(server, source, cargo),
            Sending.whole(BARE_LOOP, server, cargo.counts(), bareLoop::post),
            Sending.whole(
                ONE_AT_A_TIME,
                server,
                few.counts(),
                () -> few.rows().foreachPartition(oneAtATime)));
    Map<String, List<Lap>> laps = setting.race().run(List.copyOf(contenders), Sent.AS_EXPECTED);
    Map<String, Double> perSecond = new LinkedHashMap<>();
    for (Sending contender : contenders) {
      Map<String, Double> figures = Figures.of(laps.get(contender.name()));
      double rate = contender.expected().records() / figures.get("seconds");
      figures.put("records_per_second", rate);
      perSecond.put(contender.name(), rate);
      medians.put(contender.name() + "_" + latency + "ms", figures);
    }
    return perSecond;
  }

  private Sending ours(ServerProcess server, Path source, Cargo cargo) throws IOException {
    BenchSync sync = sync(source, server);
    SyncSpec spec = sync.spec(SYNC);
    return new Sending(
        OURS,
        server,
        cargo.counts(),
        meter -> {
          Path ledger = setting.scratch().next("ledger");
          StepMeter deliver = new StepMeter(meter, Step.DELIVER);
          sync.run(spec, ledger, deliver);
          Scratch.delete(ledger);
          return deliver.lap();
        });
  }

  private int slowRequests(int latency) {
    int loops = setting.spark().sparkContext().defaultParallelism();
    return latency == 0 ? Integer.MAX_VALUE : (int) (loops * SLOW_LOOP_MILLIS / latency);
  }

  private Map<String, Double> ratios(Map<String, Double> perSecond, int latency) {
    double ours = perSecond.get(OURS);
    double ofBareLoop = ours / perSecond.get(BARE_LOOP);
    double ofOneAtATime = ours / perSecond.get(ONE_AT_A_TIME);
    Map<String, Double> ratios = new LinkedHashMap<>();
    if (latency == QUICK) {
      ratios.put("vs_bare_loop", ofBareLoop);
      ratios.put("vs_one_at_a_time_0ms", ofOneAtATime);
      return ratios;
    }
    double bound = 1000.0 / latency * setting.options().connections() * BenchSync.BATCH;
    String suffix = latency == SLOW ? "" : "_" + latency + "ms";
    ratios.put("vs_bare_loop_" + latency + "ms", ofBareLoop);
    ratios.put("vs_one_at_a_time" + suffix, ofOneAtATime);
    ratios.put("vs_latency_bound" + suffix, ours / bound);
    return ratios;
  }
}
