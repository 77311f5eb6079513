/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a diff grows with the table: once, three, ten and thirty times the rows. */
final class ScaleBench implements Scenario {

  private static final long[] TIMES = {1, 3, 10, 30};
  private static final double MILLION = 1e6;

  private final Setting setting;

  ScaleBench(Setting setting) {
    this.setting = setting;
  }

  @Override
  public BenchResult run() throws Exception {
    Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
    double[] sizes = new double[TIMES.length];
    List<Map<String, Double>> ours = new ArrayList<>();
    List<Map<String, Double>> floors = new ArrayList<>();
    for (int i = 0; i < TIMES.length; i++) {
      long rows = TIMES[i] * setting.options().rows();
      sizes[i] = rows;
      Map<String, Map<String, Double>> figures = at(rows);
      ours.add(figures.get("backhaul"));
      floors.add(figures.get("floor"));
      figures.forEach((name, each) -> medians.put(name + "_" + rows, each));
    }
    Map<String, Double> ratios = new LinkedHashMap<>();
    ratios.put("exponent_seconds", Figures.exponent(sizes, column(ours, "seconds")));
    ratios.put("exponent_cpu_seconds", Figures.exponent(sizes, column(ours, "cpu_seconds")));
    ratios.put("exponent_floor_seconds", Figures.exponent(sizes, column(floors, "seconds")));
    Map<String, Double> largest = ours.get(ours.size() - 1);
    ratios.put("vs_floor", largest.get("seconds") / floors.get(floors.size() - 1).get("seconds"));
    return setting.result(setting.options().changed(), medians, ratios);
  }

  private Map<String, Map<String, Double>> at(long rows) throws Exception {
    Path before = setting.warehouse().before(rows);
    Path after = setting.warehouse().after(rows, setting.options().changed());
    OurDiff ours = DiffBench.ours(setting, before, after);
    Difference right = new PlainSparkDiff(setting.spark(), before, after).find();
    Map<String, Map<String, Double>> figures = new LinkedHashMap<>();
    setting
        .race()
        .run(List.of(ours, Tables.floor(setting.spark(), before, after)), right)
        .forEach((name, laps) -> figures.put(name, perMillion(Figures.of(laps), rows)));
    return figures;
  }

  private static Map<String, Double> perMillion(Map<String, Double> figures, long rows) {
    Map<String, Double> all = new LinkedHashMap<>(figures);
    for (String name : List.of("seconds", "cpu_seconds", "shuffled_mb", "peak_heap_mb")) {
      all.put(name + "_per_million", figures.get(name) * MILLION / rows);
    }
    return all;
  }

  private static double[] column(List<Map<String, Double>> figures, String name) {
    return figures.stream().mapToDouble(each -> each.get(name)).toArray();
  }
}
