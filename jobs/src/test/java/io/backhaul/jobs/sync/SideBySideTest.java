/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Op;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large plan is settled beside its journal, without a join: the outcomes are the join's. */
class SideBySideTest {

  private static final int ROWS = 400;

  @TempDir Path home;
  private SyncBed bed;
  private UnsettledRun run;

  @BeforeEach
  void aPlanThatIsLaidOut() {
    bed = new SyncBed(home);
    bed.batches(10);
    bed.sync("mode: mirror\nvalidate: {email: [email]}");
    bed.customers(ROWS);
    bed.edit("UPDATE customers SET email = 'broken' WHERE customer_id = 7");
    run = UnsettledRun.laidOut(bed);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private static List<String> told(Dataset<Row> rows, String... names) {
    Column[] columns = Arrays.stream(names).map(functions::col).toArray(Column[]::new);
    return rows.select(columns).collectAsList().stream().map(Row::toString).sorted().toList();
  }

  private static void assertSame(Outcomes beside, Outcomes joined) {
    assertThat(told(beside.rows(), beside.rows().columns()))
        .isEqualTo(told(joined.rows(), beside.rows().columns()));
    assertThat(told(beside.applied(), beside.applied().columns()))
        .isEqualTo(told(joined.applied(), beside.applied().columns()));
    assertThat(beside.byOp()).isEqualTo(joined.byOp());
    assertThat(beside.phantoms()).isEqualTo(joined.phantoms());
    assertThat(beside.lagBuckets()).isEqualTo(joined.lagBuckets());
  }

  @Test
  void whatSeveralRequestsAtOnceDeliveredComesOutAsInTheJoin() {
    run.deliver();

    try (Outcomes beside = run.sideBySide();
        Outcomes joined = run.outcomes()) {
      assertThat(beside.count("applied")).isEqualTo(ROWS - 1);
      assertSame(beside, joined);
    }
  }

  @Test
  void itIsSettledIntoTheLedger() {
    run.deliver();

    assertThat(run.settle(0).applied()).isEqualTo(ROWS - 1);

    assertThat(bed.value("SELECT count(*) FROM deliveries WHERE outcome = 'applied'"))
        .isEqualTo(ROWS - 1L);
    assertThat(bed.value("SELECT count(*) FROM dead_letters WHERE code = 'email'")).isEqualTo(1L);
    assertThat(bed.run().count("unchanged")).as("the next run").isEqualTo(ROWS - 1L);
  }

  @Test
  void aKeyThatWasNotPlannedIsCountedAndOneWithoutAnOutcomeIsDeferred() throws IOException {
    List<String> keys = run.keys(0);
    try (Journal journal = Journal.open(bed.ledger().hadoop(), run.folder(), 0, 1)) {
      journal.append(outcome("late", keys.get(5), "nobody's"));
      journal.append(outcome("early", keys.get(0), keys.get(1)));
    }

    try (Outcomes beside = run.sideBySide();
        Outcomes joined = run.outcomes()) {
      assertThat(beside.phantoms()).isEqualTo(1);
      assertThat(beside.count("applied")).isEqualTo(3);
      assertThat(beside.count("deferred")).isEqualTo(ROWS - 1 - 3);
      assertThat(told(beside.applied(), "key", "delivered_at"))
          .isEqualTo(told(joined.applied(), "key", "delivered_at"));
      assertThat(beside.byOp()).isEqualTo(joined.byOp());
    }
  }

  @Test
  void outcomesThatWereNotedInAnotherOrderThanThePlansFindTheirRows() throws IOException {
    List<String> keys = run.keys(0);
    try (Journal journal = Journal.open(bed.ledger().hadoop(), run.folder(), 0, 1)) {
      journal.append(outcome("half", keys.get(0), keys.get(2)));
      journal.append(outcome("backwards", keys.get(6), keys.get(5)));
      journal.append(outcome("the other half", keys.get(1), keys.get(3)));
      journal.append(outcome("ahead", keys.get(9)));
      journal.append(outcome("late", keys.get(4)));
    }

    try (Outcomes beside = run.sideBySide();
        Outcomes joined = run.outcomes()) {
      assertThat(beside.count("applied")).isEqualTo(8);
      assertThat(beside.phantoms()).isZero();
      assertThat(told(beside.applied(), "key", "row_hash", "delivered_at"))
          .isEqualTo(told(joined.applied(), "key", "row_hash", "delivered_at"));
    }
  }

  private static BatchOutcome outcome(String batch, String... keys) {
    List<RecordOutcome> records =
        Arrays.stream(keys)
            .map(key -> new RecordOutcome(key, 1, Outcome.APPLIED, null, null, null, null))
            .toList();
    return new BatchOutcome(batch, Op.UPSERT, records, true, 1, 200, 5, Instant.EPOCH);
  }
}
