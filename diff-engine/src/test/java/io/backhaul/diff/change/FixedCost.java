/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.mapping.Masking;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.source.SourceSpec;
import io.backhaul.diff.state.Outbox;
import io.backhaul.diff.state.SyncState;
import io.backhaul.diff.state.TableRef;
import io.backhaul.diff.testkit.SparkSessions;
import io.delta.tables.DeltaTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Prints what a run of a small sync costs in a warm session: no test, because a wall clock on a
 * shared machine proves nothing. Arguments: rows, rounds.
 */
final class FixedCost {

  private FixedCost() {}

  public static void main(String[] arguments) throws Exception {
    long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 10_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8;
    SparkSession spark = SparkSessions.shared();
    Path root = Files.createTempDirectory("fixed-cost");
    String path = root.resolve("customers").toString();
    spark
        .range(rows)
        .select(
            col("id").as("customer_id"),
            concat(lit("user"), col("id"), lit("@example.com")).as("email"),
            concat(lit("First"), col("id")).as("first_name"),
            concat(lit("Last"), col("id")).as("last_name"),
            expr("cast(id * 1.17 as decimal(12,2))").as("balance"),
            expr("timestamp'2026-01-01' + make_interval(0,0,0,0,0,0,id)").as("updated_at"))
        .write()
        .format("delta")
        .save(path);
    SnapshotSource source = SnapshotSource.of(new SourceSpec.Delta(path, null));
    MappingSpec spec =
        new MappingSpec(
            List.of("customer_id"),
            "updated_at",
            List.of(
                new FieldMapping.FromColumn("email", "email"),
                new FieldMapping.FromExpression(
                    "full_name", "concat_ws(' ', first_name, last_name)"),
                new FieldMapping.FromColumn("balance", "balance"),
                new FieldMapping.Constant("origin", "warehouse")),
            Set.of("email"));
    Masking masking = Masking.random();
    TableRef stateTable = new TableRef.ByPath(root.resolve("state").toString());
    Outbox outbox = new Outbox(spark, new TableRef.ByPath(root.resolve("outbox").toString()));
    for (int round = 0; round < rounds; round++) {
      for (boolean changed : List.of(false, true)) {
        if (changed && round > 0) {
          DeltaTable.forPath(spark, path)
              .update(
                  expr("customer_id % " + rows / 10 + " = " + round),
                  Map.of("last_name", lit("Changed" + round)));
        } else if (round == 0 && !changed) {
          continue;
        }
        String run = "run-" + round + changed;
        int jobsBefore = jobs(spark);
        long t0 = System.nanoTime();
        Snapshot snapshot = source.pin(spark);
        Mapping mapping = Mapping.resolve(spark, spec, List.of(), snapshot.rows().schema());
        SyncState state = new SyncState(spark, stateTable, mapping.keySchema());
        long t1 = System.nanoTime();
        try (ChangeSet changes =
            ChangeDetector.of(Strategy.SNAPSHOT)
                .detect(
                    new DetectRequest(
                        spark,
                        source,
                        snapshot,
                        mapping,
                        state,
                        changed ? Mode.UPSERT : Mode.MIRROR,
                        OnMappingChange.RESYNC,
                        Send.ALL,
                        Set.of(),
                        null,
                        Duration.ZERO,
                        false,
                        null,
                        null,
                        null,
                        null,
                        masking))) {
          if (!changes.storeFirst()) {
            changes.counts();
          }
          long t2 = System.nanoTime();
          Counts counts = changes.store(outbox, run);
          long t3 = System.nanoTime();
          int jobs = jobs(spark) - jobsBefore;
          if (!counts.nothingToDo()) {
            state.advance(applied(outbox.of(run), run), Mode.UPSERT, round + 1);
          }
          long t4 = System.nanoTime();
          System.out.printf(
              "%s pin+resolve %d ms, detect %d ms, store %d ms (%d jobs), advance %d ms (%d jobs)"
                  + " %s%n",
              run,
              (t1 - t0) / 1_000_000,
              (t2 - t1) / 1_000_000,
              (t3 - t2) / 1_000_000,
              jobs,
              (t4 - t3) / 1_000_000,
              jobs(spark) - jobsBefore - jobs,
              counts);
        }
      }
    }
    System.out.println("state rows " + stateTable.rowCount(spark));
    spark.stop();
  }

  private static int jobs(SparkSession spark) {
    return spark.sparkContext().statusTracker().getJobIdsForGroup(null).length;
  }

  private static Dataset<Row> applied(Dataset<Row> outbox, String run) {
    return outbox
        .where("disposition = 'planned'")
        .select(
            col("op"),
            col("source_key"),
            col("row_hash"),
            coalesce(col("fields"), col("payload")).as("fields"),
            lit("id").as("destination_id"),
            col("mapping_fingerprint"),
            current_timestamp().as("synced_at"),
            lit(run).as("run_id"));
  }
}
