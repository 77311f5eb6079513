/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.coordination;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Loaded by Spark through {@code spark.plugins=io.backhaul.jobs.coordination.BackhaulPlugin}. With
 * it all executors and all syncs of an application share one rate and one circuit for each
 * destination account, and Spark's metrics show what they do. Without it each executor keeps to a
 * fixed share of the rate, and each partition has a circuit of its own.
 *
 * <p>Its classes must be on the class path of driver and executors when these start, as those of an
 * application's jar are.
 */
public final class BackhaulPlugin implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPart();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPart();
  }
}
