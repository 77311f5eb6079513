/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * What a scenario works with.
 *
 * @param scratch for what is cleared away afterwards
 * @param tell hears how it goes
 */
record Setting(
    SparkSession spark,
    BenchOptions options,
    Meter meter,
    Race race,
    Warehouse warehouse,
    Scratch scratch,
    Clock clock,
    Consumer<String> tell) {

  /** The result of a scenario whose contenders agreed. */
  BenchResult result(
      double changed, Map<String, Map<String, Double>> medians, Map<String, Double> ratios) {
    return new BenchResult(
        options.name().wireName(),
        options.rows(),
        changed,
        Machine.describe(spark.version()),
        options.rounds(),
        medians,
        new LinkedHashMap<>(ratios),
        true);
  }
}
