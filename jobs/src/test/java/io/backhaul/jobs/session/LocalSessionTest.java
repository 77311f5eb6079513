/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class LocalSessionTest {

  @Test
  void aSessionThatRunsIsTakenAsItIs() {
    SparkSession running = SparkSessions.shared();
    assertThat(LocalSession.running()).containsSame(running);
    assertThat(LocalSession.open()).isSameAs(running);
  }

  @Test
  void onOneMachineATaskIsTriedFourTimesAndNothingListensBeyondLoopback() {
    assertThat(LocalSession.settings(true))
        .containsEntry("spark.driver.host", "127.0.0.1")
        .containsEntry("spark.driver.bindAddress", "127.0.0.1")
        .containsEntry("spark.ui.enabled", "false")
        .containsEntry("spark.speculation", "false");
    assertThat(LocalSession.localMaster(0)).matches("local\\[[1-9][0-9]*,4]");
  }

  @Test
  void runsBesideEachOtherCanWaitWithoutHoldingTheCoresUp() {
    int cores = Math.max(2, Runtime.getRuntime().availableProcessors());

    assertThat(LocalSession.localMaster(4)).isEqualTo("local[" + (cores + 32) + ",4]");
    assertThat(LocalSession.settings(true))
        .containsEntry("spark.sql.shuffle.partitions", Integer.toString(cores))
        .containsEntry("spark.default.parallelism", Integer.toString(cores));
  }

  @Test
  void onAClusterOnlyWhatARunNeedsIsSet() {
    assertThat(LocalSession.settings(false))
        .containsKeys("spark.sql.extensions", "spark.sql.catalog.spark_catalog", "spark.plugins")
        .doesNotContainKeys("spark.driver.host", "spark.ui.enabled", "spark.sql.warehouse.dir");
  }
}
