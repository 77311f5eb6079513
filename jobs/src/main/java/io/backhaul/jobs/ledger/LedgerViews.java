/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.ledger;

import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.state.TableRef;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The ledger for SQL: every shared table under its name, {@code outbox} over all syncs, and {@code
 * state_<tenant>_<sync>} for each. A table that was never written is there and empty.
 */
public final class LedgerViews {

  private static final StructType OUTBOX =
      StructType.fromDDL(
          "tenant STRING, sync STRING, run_id STRING, disposition STRING, op STRING, key STRING,"
              + " row_hash BIGINT, payload STRING, fields STRING, previous STRING,"
              + " changed_fields ARRAY<STRING>, destination_id STRING, basis STRING,"
              + " source_updated_at TIMESTAMP,"
              + " failures ARRAY<STRUCT<field: STRING, rule: STRING, message: STRING>>,"
              + " source_rows BIGINT, mapping_fingerprint STRING, planned_at TIMESTAMP");

  private LedgerViews() {}

  /** A table of one sync. */
  public record PerSync(String tenant, String sync, TableRef table) {}

  /** Puts the views into the ledger's session, in the place of earlier ones. */
  public static void register(Ledger ledger) {
    SparkSession spark = ledger.spark();
    for (LedgerTable table : LedgerTable.values()) {
      ledger.rows(table).createOrReplaceTempView(table.tableName());
    }
    Dataset<Row> outbox = spark.createDataFrame(List.<Row>of(), OUTBOX);
    for (PerSync one : perSync(ledger, "outbox")) {
      outbox =
          outbox.unionByName(
              one.table()
                  .read(spark)
                  .withColumn("tenant", lit(one.tenant()))
                  .withColumn("sync", lit(one.sync()))
                  .selectExpr(OUTBOX.fieldNames()));
    }
    outbox.createOrReplaceTempView("outbox");
    for (PerSync one : perSync(ledger, "state")) {
      one.table()
          .read(spark)
          .createOrReplaceTempView(("state_" + one.tenant() + "_" + one.sync()).replace('-', '_'));
    }
  }

  /**
   * The tables that each sync has of its own.
   *
   * @param kind {@code state}, {@code outbox} or {@code source_hashes}
   */
  public static List<PerSync> perSync(Ledger ledger, String kind) {
    if (ledger.root() instanceof LedgerRoot.ByPath byPath) {
      return inFolder(ledger, new Path(byPath.path(), kind), kind);
    }
    return inSchema(ledger, ((LedgerRoot.BySchema) ledger.root()).schema(), kind);
  }

  private static List<PerSync> inFolder(Ledger ledger, Path folder, String kind) {
    List<PerSync> found = new ArrayList<>();
    try {
      FileSystem files = folder.getFileSystem(ledger.hadoop());
      for (FileStatus tenant : files.listStatus(folder)) {
        for (FileStatus sync : files.listStatus(tenant.getPath())) {
          String tenantName = tenant.getPath().getName();
          String syncName = sync.getPath().getName();
          TableRef table = ledger.root().perSync(kind, tenantName, syncName);
          if (table.exists(ledger.spark())) {
            found.add(new PerSync(tenantName, syncName, table));
          }
        }
      }
    } catch (FileNotFoundException e) {
      return found; // nothing of this kind was written yet
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the ledger " + folder, e);
    }
    return found;
  }

  private static List<PerSync> inSchema(Ledger ledger, String schema, String kind) {
    List<PerSync> found = new ArrayList<>();
    for (Row row :
        ledger
            .spark()
            .sql("SHOW TABLES IN " + schema + " LIKE '" + kind + "__*'")
            .collectAsList()) {
      String[] parts = row.<String>getAs("tableName").split("__", -1);
      if (parts.length == 3 && parts[0].equals(kind)) {
        String tenant = LedgerRoot.BySchema.name(parts[1]);
        String sync = LedgerRoot.BySchema.name(parts[2]);
        found.add(new PerSync(tenant, sync, ledger.root().perSync(kind, tenant, sync)));
      }
    }
    return found;
  }
}
