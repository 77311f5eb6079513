/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A platform's process, in which this test goes on only if the task ended neither it nor Spark. */
class JarTaskTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  @TempDir Path home;

  private String conf(String backhaul) throws Exception {
    Path conf = Files.createDirectories(home.resolve("conf"));
    Files.writeString(conf.resolve("backhaul.yaml"), backhaul);
    return conf.toString();
  }

  @Test
  void aCommandThatEndsWellReturnsAndLeavesTheSession() throws Exception {
    JarTask.main("status", "--conf", conf("ledger: {path: ./ledger}\n"));

    assertThat(SPARK.sparkContext().isStopped()).isFalse();
    assertThat(SPARK.range(3).count()).isEqualTo(3);
  }

  @Test
  void aCommandThatFailsThrowsWithItsCodeAndMeaning() throws Exception {
    String wrong = conf("leger: {path: ./ledger}\n");

    assertThatThrownBy(() -> JarTask.main("status", "--conf", wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("backhaul status ended with code 1: the configuration");
    assertThat(SPARK.sparkContext().isStopped()).isFalse();
  }
}
