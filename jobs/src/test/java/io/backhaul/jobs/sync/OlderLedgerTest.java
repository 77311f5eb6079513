/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that an earlier version made, with fewer columns. */
class OlderLedgerTest {

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.sync("");
    bed.customers(3);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void columnsThatAreNewAreAddedAndOlderRowsStay() {
    StructType older =
        new StructType(
            Arrays.stream(LedgerTable.RUNS.schema().fields())
                .filter(field -> !field.name().equals("pinned_at"))
                .toArray(StructField[]::new));
    Ledger ledger = bed.ledger();
    ledger
        .ref(LedgerTable.RUNS)
        .createIfMissing(
            SyncBed.spark(),
            older,
            LedgerTable.RUNS.partitionedBy(),
            LedgerTable.RUNS.comment(),
            Map.of());

    assertThat(bed.run().status()).isEqualTo(RunStatus.SUCCEEDED);

    StructType now = ledger.ref(LedgerTable.RUNS).read(SyncBed.spark()).schema();
    assertThat(now.fieldNames()).containsExactly(LedgerTable.RUNS.schema().fieldNames());
    assertThat(now.apply("pinned_at").getComment().get()).contains("Instant the source");
    List<Row> runs = ledger.rows(LedgerTable.RUNS).select("pinned_at").collectAsList();
    assertThat(runs).hasSize(1).noneMatch(row -> row.isNullAt(0));
  }
}
