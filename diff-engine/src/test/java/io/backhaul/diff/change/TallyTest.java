/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;

class TallyTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  @Test
  void aStageThatRunsTwiceIsCountedOnce() {
    Tally tally = new Tally();
    SPARK.sparkContext().register(tally);
    LongAccumulator naive = SPARK.sparkContext().longAccumulator();
    JavaRDD<Integer> seen =
        JavaSparkContext.fromSparkContext(SPARK.sparkContext())
            .parallelize(List.of(1, 2, 3, 4, 5), 2)
            .map(
                i -> {
                  tally.saw(2L, (long) i, i > 3, i == 1);
                  naive.add(2L);
                  return i;
                });

    seen.count();
    seen.count();

    assertThat(naive.value()).as("Spark's own accumulator counts both").isEqualTo(20);
    assertThat(tally.total()).isEqualTo(new Tally.Seen(10, 2, 5, 1, 2));
  }

  @Test
  void nothingSeenIsNothing() {
    assertThat(new Tally().total()).isEqualTo(Tally.Seen.NOTHING);
    assertThat(new Tally().isZero()).isTrue();
  }
}
