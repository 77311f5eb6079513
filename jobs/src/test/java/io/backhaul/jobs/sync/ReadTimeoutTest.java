/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadTimeoutTest {

  /** A millisecond or so for each row: Spark looks between batches of 4,096 whether it goes on. */
  private static final String SLOW = "aggregate(sequence(1, 10000), 0L, (sum, i) -> sum + i)";

  @TempDir Path home;

  @Test
  void aQueryThatTakesTooLongFailsItsRunAndNoOther() throws Exception {
    try (SyncBed bed = new SyncBed(home)) {
      bed.customers(400_000);
      bed.file(
          "conf/syncs/acme/contacts.yaml",
          """
          source: {type: delta, path: ./warehouse/customers}
          key: [customer_id]
          destination: crm
          object: contacts
          read_timeout: 2s
          mapping: {score: {expr: "%s"}}
          """
              .formatted(SLOW));
      SparkSession spark = SyncBed.spark();
      ExecutorService threads = Executors.newFixedThreadPool(2);
      Future<Long> neighbour =
          threads.submit(() -> spark.range(700_000_000L).filter("id % 7 = 3").count());

      RunReport report = threads.submit(() -> bed.run()).get(1, TimeUnit.MINUTES);
      threads.shutdown();

      assertThat(report.status()).isEqualTo(RunStatus.FAILED);
      assertThat(report.error()).startsWith("READ_TIMEOUT").contains("read_timeout, 2 s");
      assertThat(bed.sandbox().ledger().arrivals()).isZero();
      assertThat(bed.sql("SELECT status, error LIKE 'READ_TIMEOUT%' FROM runs").toString())
          .isEqualTo("[[failed,true]]");
      assertThat(bed.sql("SELECT count_if(held) FROM leases").toString()).isEqualTo("[[0]]");
      assertThat(neighbour.get(1, TimeUnit.MINUTES)).isEqualTo(100_000_000L);
    }
  }
}
