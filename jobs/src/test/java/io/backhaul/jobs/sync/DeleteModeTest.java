/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.spec.PiiSpec;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.spec.Workspace;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that say what is to go from the destination: keys, and no field. */
class DeleteModeTest {

  private static final int ROWS = 30;

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void allAreThere() {
    bed = new SyncBed(home);
    bed.customers(ROWS);
    bed.sync("");
    assertThat(bed.run().count("applied")).isEqualTo(ROWS);
    bed.file(
        "conf/syncs/acme/gone.yaml",
        """
        source: {type: delta, path: ./warehouse/customers}
        key: [customer_id]
        destination: crm
        object: contacts
        mode: delete
        mapping: {}
        """);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void eachKeyIsDeletedOnce() {
    bed.edit("DELETE FROM customers WHERE customer_id > 10");

    RunReport report = run();

    assertThat(report.status()).as(report.toString()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.count("applied")).isEqualTo(10);
    assertThat(bed.held()).hasSize(ROWS - 10);
    assertThat(run().count("planned")).isZero();
  }

  private RunReport run() {
    SyncSpec spec =
        Workspace.forSync(
                home.resolve("conf"), Secrets.of(Map.of("ACME_TOKEN", SyncBed.TOKEN)), "acme/gone")
            .sync("acme/gone");
    return new SyncRun(
            bed.ledger(),
            spec,
            RunOptions.DEFAULT,
            bed.clock(),
            RunObserver.NONE,
            PiiSpec.DEFAULT,
            new Cancellation())
        .run();
  }
}
