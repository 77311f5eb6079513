/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.platform;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one run keeps is nothing to the others. */
class KeptRowsTest {

  private static final StorageLevel LEVEL = StorageLevel.MEMORY_AND_DISK();

  private static volatile CountDownLatch reading;
  private static volatile CountDownLatch goOn;
  private static final AtomicInteger READ = new AtomicInteger();

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void begin() {
    reading = new CountDownLatch(1);
    goOn = new CountDownLatch(1);
    READ.set(0);
  }

  @AfterEach
  void end() {
    goOn.countDown();
    threads.shutdownNow();
  }

  private static Dataset<Row> rows(long from) {
    return SparkSessions.shared().range(from, from + 5, 1, 1).toDF("id");
  }

  /** Its query takes until somebody lets it go on; its rows are sorted out as those of a diff. */
  private static Dataset<Row> slow() {
    UDF1<Long, Long> waits =
        id -> {
          reading.countDown();
          goOn.await();
          return id;
        };
    return rows(100)
        .withColumn("slow", udf(waits, DataTypes.LongType).asNondeterministic().apply(col("id")))
        .repartition(2, col("slow"));
  }

  private static final UserDefinedFunction COUNTED =
      udf(
          (UDF1<Long, Long>)
              id -> {
                READ.incrementAndGet();
                return id;
              },
          DataTypes.LongType);

  /** The same plan each time. */
  private static Dataset<Row> counted() {
    return rows(200).withColumn("seen", COUNTED.apply(col("id")));
  }

  @Test
  void whoReleasesRowsDoesNotWaitForWhoIsStillReading() throws Exception {
    Dataset<Row> one = rows(0).persist(LEVEL);
    one.count();
    Dataset<Row> other = KeptRows.keep(rows(10), LEVEL);
    other.count();
    Dataset<Row> slow = KeptRows.keep(slow(), LEVEL);
    CompletableFuture<Long> slowly = CompletableFuture.supplyAsync(slow::count, threads);
    reading.await();

    CompletableFuture<Void> asSparkDoes = CompletableFuture.runAsync(one::unpersist, threads);
    KeptRows.release(other);

    assertThat(other.storageLevel()).isEqualTo(StorageLevel.NONE());
    assertThat(slowly).as("the slow one is still reading").isNotDone();
    assertThatThrownBy(() -> asSparkDoes.get(2, TimeUnit.SECONDS))
        .as("Spark itself waits for it")
        .isInstanceOf(TimeoutException.class);
    goOn.countDown();
    assertThat(slowly.get(1, TimeUnit.MINUTES)).isEqualTo(5);
    asSparkDoes.get(1, TimeUnit.MINUTES);
    KeptRows.release(slow);
  }

  @Test
  void equalRowsOfTwoRunsAreKeptForEach() {
    Dataset<Row> asSparkDoes = counted().persist(LEVEL);
    asSparkDoes.collectAsList();
    counted().persist(LEVEL).unpersist();
    asSparkDoes.collectAsList();
    assertThat(READ).as("Spark released the rows of both").hasValue(2 * 5);
    asSparkDoes.unpersist();
    READ.set(0);

    Dataset<Row> one = KeptRows.keep(counted(), LEVEL);
    Dataset<Row> two = KeptRows.keep(counted(), LEVEL);
    assertThat(one.collectAsList()).isEqualTo(two.collectAsList()).hasSize(5);
    KeptRows.release(two);
    one.collectAsList();

    assertThat(READ).hasValue(2 * 5);
    KeptRows.release(one);
  }
}
