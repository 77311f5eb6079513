/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.spec.SyncSpec;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finding what changed, in a table of so many rows with so many of them changed. */
final class DiffBench implements Scenario {

  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  private final Setting setting;

  DiffBench(Setting setting) {
    this.setting = setting;
  }

  @Override
  public BenchResult run() throws Exception {
    Path before = setting.warehouse().before(setting.options().rows());
    Path after = setting.warehouse().after(setting.options().rows(), setting.options().changed());
    Optional<DuckDb> duckDb = DuckDb.find();
    if (duckDb.isEmpty()) {
      setting
          .tell()
          .accept("DuckDB is left out: its jar is not there; ./backhaul bench fetches it");
    }
    try {
      return measured(contenders(before, after, duckDb));
    } finally {
      if (duckDb.isPresent()) {
        duckDb.get().close();
      }
    }
  }

  private List<Contender> contenders(Path before, Path after, Optional<DuckDb> duckDb)
      throws Exception {
    PlainSparkDiff plain = new PlainSparkDiff(setting.spark(), before, after);
    List<Contender> contenders = new ArrayList<>();
    contenders.add(ours(setting, before, after));
    contenders.add(Contender.of("plain_spark", plain::find));
    contenders.add(new MergeDiff(setting.spark(), setting.scratch(), before, after, plain.find()));
    duckDb.ifPresent(
        found ->
            contenders.add(
                Contender.of(
                    "duckdb", new DuckDbDiff(found, setting.spark(), before, after)::find)));
    contenders.add(Tables.floor(setting.spark(), before, after));
    return contenders;
  }

  /** Ours, with a state of its own that holds the earlier table. */
  static OurDiff ours(Setting setting, Path before, Path after) throws Exception {
    SyncSpec spec =
        BenchSync.configure(
                setting.spark(),
                setting.scratch().next("conf"),
                after,
                NOWHERE,
                1,
                setting.clock(),
                "customers")
            .spec("customers");
    OurDiff ours =
        new OurDiff(
            setting.spark(),
            spec,
            new Ledger(
                setting.spark(),
                new LedgerRoot.ByPath(setting.scratch().next("ledger").toString())),
            after);
    setting.tell().accept("filling the state");
    ours.fill(before);
    return ours;
  }

  private BenchResult measured(List<Contender> contenders) throws Exception {
    Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
    setting
        .race()
        .run(contenders, null)
        .forEach((name, laps) -> medians.put(name, Figures.of(laps)));
    double ours = medians.get("backhaul").get("seconds");
    Map<String, Double> ratios = new LinkedHashMap<>();
    ratios.put("vs_plain", medians.get("plain_spark").get("seconds") / ours);
    ratios.put("vs_merge", medians.get("delta_merge").get("seconds") / ours);
    if (medians.containsKey("duckdb")) {
      ratios.put("vs_duckdb", medians.get("duckdb").get("seconds") / ours);
    }
    ratios.put("vs_floor", ours / medians.get("floor").get("seconds"));
    return setting.result(setting.options().changed(), medians, ratios);
  }
}
