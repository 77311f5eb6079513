/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.snowflake.LoopbackSnowflake;
import io.backhaul.jobs.ledger.LedgerTable;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole syncs from Snowflake, through its own connector and driver, to the sandbox. */
class SnowflakeSyncTest {

  @TempDir Path home;
  private SyncBed bed;
  private LoopbackSnowflake snowflake;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    snowflake = LoopbackSnowflake.start();
    snowflake.token(SyncBed.TOKEN);
    snowflake.change(
        "CREATE TABLE ACCOUNTS(\"ID\" DECIMAL(38,0), \"NAME\" VARCHAR, \"UPDATED_AT\" TIMESTAMPTZ)",
        "INSERT INTO ACCOUNTS SELECT i, 'Account ' || i, TIMESTAMPTZ '2024-01-01 00:00:00+00'"
            + " + i * INTERVAL 1 HOUR FROM range(1, 251) r(i)");
  }

  @AfterEach
  void stop() {
    snowflake.close();
    bed.close();
  }

  private void sync(String more) {
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source:
          type: snowflake
          url: %s
          token: ${env:ACME_TOKEN}
          warehouse: LOADING
          database: SHOP
          table: ACCOUNTS
        key: [id]
        updated_at: updated_at
        destination: crm
        object: contacts
        mapping:
          name: name
          seen: updated_at
        %s
        """
            .formatted(snowflake.url(), more));
  }

  @Test
  void aSnapshotIsReadOnceARunAndItsInstantIsOnRecord() {
    sync("mode: mirror");
    Instant before = snowflake.now();

    assertThat(bed.run().count("applied")).isEqualTo(250);
    assertThat(reads()).hasSize(1);
    assertThat(pinnedAt()).hasSize(1).allMatch(before::isBefore);

    assertThat(bed.run().count("unchanged")).isEqualTo(250);
    assertThat(reads()).hasSize(2);

    snowflake.change(
        "UPDATE ACCOUNTS SET \"NAME\" = 'New' WHERE \"ID\" IN (3, 4)",
        "DELETE FROM ACCOUNTS WHERE \"ID\" = 9");
    RunReport third = bed.run();

    assertThat(third.ops()).containsEntry("upsert", 2L).containsEntry("delete", 1L);
    assertThat(reads()).hasSize(3);
    assertThat(pinnedAt()).hasSize(3).isSorted();
    assertThat(snowflake.openSessions()).isZero();
  }

  @Test
  void whatIsCommittedWhileARunReadsIsForTheNextOne() {
    sync("mode: upsert");
    snowflake.before(
        "FROM (SELECT * FROM ACCOUNTS AT",
        () -> snowflake.change("UPDATE ACCOUNTS SET \"NAME\" = 'Late'"));

    assertThat(bed.run().count("applied")).isEqualTo(250);
    assertThat(bed.run().ops()).containsEntry("upsert", 250L);
  }

  @Test
  void aWatermarkLeavesUnchangedRowsInSnowflake() {
    sync("changes: {strategy: watermark}");
    assertThat(bed.run().count("applied")).isEqualTo(250);

    snowflake.change(
        "UPDATE ACCOUNTS SET \"NAME\" = 'New', \"UPDATED_AT\" = '2024-01-12 00:00:00+00'"
            + " WHERE \"ID\" = 3");
    RunReport second = bed.run();

    assertThat(second.ops()).containsEntry("upsert", 1L);
    assertThat(second.count("source")).isEqualTo(2);
    assertThat(reads()).hasSize(2);
    assertThat(reads().get(1)).contains("WHERE", "\"UPDATED_AT\"", "2024-01-11 09:50:00");
  }

  @Test
  void withHashPushdownUnchangedRowsStayInSnowflake() {
    sync("mode: mirror\nchanges: {pushdown: hash}");
    assertThat(bed.run().count("applied")).isEqualTo(250);
    int first = reads().size();

    snowflake.change(
        "UPDATE ACCOUNTS SET \"NAME\" = 'New' WHERE \"ID\" IN (3, 4)",
        "DELETE FROM ACCOUNTS WHERE \"ID\" = 9");
    RunReport second = bed.run();

    assertThat(second.ops()).containsEntry("upsert", 2L).containsEntry("delete", 1L);
    assertThat(second.count("source")).isEqualTo(249);
    assertThat(second.count("unchanged")).isEqualTo(247);
    List<String> reads = reads().subList(first, reads().size());
    assertThat(reads).filteredOn(sql -> sql.contains("PARSE_JSON(?)")).hasSize(1);
    assertThat(reads).allMatch(sql -> sql.contains("AT(TIMESTAMP =>"));
    assertThat(snowflake.openSessions()).isZero();
  }

  /** The queries for rows, rather than for the time. */
  private List<String> reads() {
    return snowflake.selects().stream().filter(sql -> sql.contains("ACCOUNTS")).toList();
  }

  private List<Instant> pinnedAt() {
    return bed
        .ledger()
        .rows(LedgerTable.RUNS)
        .orderBy("started_at")
        .select("pinned_at")
        .collectAsList()
        .stream()
        .map(SnowflakeSyncTest::instant)
        .toList();
  }

  private static Instant instant(Row row) {
    return row.<Timestamp>getAs(0).toInstant();
  }
}
