/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Tasks on every core of the session that do nothing until this is closed. */
final class BusyCores implements AutoCloseable {

  /** Of the one that is open in this JVM, which its tasks run in too. */
  private static volatile CountDownLatch end = new CountDownLatch(0);

  private static volatile CountDownLatch begun = new CountDownLatch(0);

  private BusyCores() {}

  static BusyCores of(SparkSession spark) throws InterruptedException {
    int cores = spark.sparkContext().defaultParallelism();
    end = new CountDownLatch(1);
    begun = new CountDownLatch(cores);
    var unused =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(Collections.nCopies(cores, 0), cores)
            .foreachAsync(
                each -> {
                  begun.countDown();
                  end.await();
                });
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    return new BusyCores();
  }

  /** Waits for a moment that comes although the cores are busy. */
  void awaitUntil(BooleanSupplier moment) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!moment.getAsBoolean() && System.nanoTime() < deadline) {
      assertThat(end.await(10, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(moment.getAsBoolean()).as("the moment came in time").isTrue();
  }

  @Override
  public void close() {
    end.countDown();
  }
}
