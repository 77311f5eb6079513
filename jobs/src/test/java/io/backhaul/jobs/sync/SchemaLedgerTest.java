/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerViews;
import io.backhaul.jobs.spec.LedgerSpec;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger as a schema of the catalog. */
class SchemaLedgerTest {

  private final SparkSession spark = SparkSessions.shared();

  @TempDir Path home;

  @Test
  void aSyncKeepsItsBooksInASchema() {
    spark.sql("CREATE SCHEMA backhaul_test LOCATION '" + home.resolve("schema") + "'");
    try (SyncBed bed = new SyncBed(home)) {
      bed.customers(20);
      bed.sync("mode: mirror");
      Ledger ledger =
          new Ledger(
              spark, LedgerRoot.of(spark, new LedgerSpec(null, "backhaul_test", null, null)));
      for (int i = 0; i < 2; i++) {
        new SyncRun(
                ledger, bed.spec(), RunOptions.DEFAULT, Clock.systemUTC(), RunObserver.NONE, null)
            .run();
        bed.edit("DELETE FROM customers WHERE customer_id = 3");
      }

      assertThat(spark.table("backhaul_test.runs").count()).isEqualTo(2);
      assertThat(spark.table("backhaul_test.state__acme__contacts").count()).isEqualTo(19);
      LedgerViews.register(ledger);
      assertThat(spark.sql("SELECT * FROM outbox WHERE op = 'delete'").count()).isEqualTo(1);
      assertThat(spark.sql("SELECT * FROM state_acme_contacts").count()).isEqualTo(19);
    } finally {
      spark.sql("DROP SCHEMA backhaul_test CASCADE");
    }
  }

  @Test
  void aSchemaThatIsNotThereIsNamedWithTheRemedy() {
    assertThatThrownBy(
            () -> LedgerRoot.of(spark, new LedgerSpec(null, "no_such_schema", null, null)))
        .hasMessageContaining("no_such_schema")
        .hasMessageContaining("CREATE SCHEMA");
  }
}
