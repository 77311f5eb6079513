/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs over a model of dbt's, which is a table of Spark's catalog. */
class DbtSyncTest {

  private static final Path DBT = Path.of("src/test/resources/dbt");

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void aModel() throws IOException {
    bed = new SyncBed(home);
    bed.customers(20);
    SyncBed.spark().sql("CREATE SCHEMA marts");
    SyncBed.spark()
        .sql(
            "CREATE TABLE marts.customers USING delta LOCATION '%s'"
                .formatted(home.resolve("warehouse/customers")));
    bed.file(
        "target/manifest.json",
        Files.readString(DBT.resolve("manifest.json"))
            .replace("\"database\": \"main\"", "\"database\": null"));
    results("success");
    bed.sync("");
    Path file = home.resolve("conf/syncs/acme/contacts.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "{type: delta, path: ./warehouse/customers}",
                "{type: dbt, model: marts.customers, through: {type: delta}}"));
  }

  @AfterEach
  void close() {
    SyncBed.spark().sql("DROP SCHEMA marts CASCADE");
    bed.close();
  }

  private void results(String status) throws IOException {
    bed.file(
        "target/run_results.json",
        Files.readString(DBT.resolve("run_results.json"))
            .replace("\"success\"", '"' + status + '"'));
  }

  @Test
  void aRunReadsTheModelAndOneAfterAFailedBuildReadsNothing() throws IOException {
    assertThat(bed.run().status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(bed.held()).hasSize(20);

    results("error");
    bed.edit("UPDATE customers SET email = 'half-built@example.com'");
    RunReport stopped = bed.run();

    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.error()).contains("dbt's last run of model.shop.customers ended as `error`");
    assertThat(bed.held().toString()).doesNotContain("half-built");
    assertThat(bed.value("SELECT error FROM runs WHERE status = 'stopped'"))
        .asString()
        .contains("model.shop.customers");

    results("success");
    assertThat(bed.run().status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(bed.held().toString()).contains("half-built");
  }
}
