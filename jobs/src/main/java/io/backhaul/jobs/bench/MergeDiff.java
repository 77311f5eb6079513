/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Delta's own way to bring one table up to another: MERGE the new rows into a copy of the old
 * table. The copy is made before the clock starts.
 */
final class MergeDiff implements Contender {

  private final SparkSession spark;
  private final Scratch scratch;
  private final Path before;
  private final Path after;
  private final Difference right;

  /**
   * @param right what is to be found; MERGE tells how many rows it changed but not which, so the
   *     whole outcome is compared with the new table
   */
  MergeDiff(SparkSession spark, Scratch scratch, Path before, Path after, Difference right) {
    this.spark = spark;
    this.scratch = scratch;
    this.before = before;
    this.after = after;
    this.right = right;
  }

  @Override
  public String name() {
    return "delta_merge";
  }

  @Override
  public Timed<Difference> round(Meter meter) throws Exception {
    Path copy = scratch.copy(before, "merged");
    Timed<Boolean> timed =
        meter.time(
            () -> {
              merge(copy);
              return true;
            });
    Difference found = found(copy);
    Scratch.delete(copy);
    return new Timed<>(timed.lap(), found);
  }

  private void merge(Path copy) {
    Column differs =
        Warehouse.COLUMNS.stream()
            .map(name -> not(col("o." + name).eqNullSafe(col("n." + name))))
            .reduce(Column::or)
            .orElseThrow();
    DeltaTable.forPath(spark, copy.toString())
        .as("o")
        .merge(Tables.read(spark, after).as("n"), col("o.id").equalTo(col("n.id")))
        .whenMatched(differs)
        .updateAll()
        .whenNotMatched()
        .insertAll()
        .whenNotMatchedBySource()
        .delete()
        .execute();
  }

  private Difference found(Path copy) {
    Row commit = DeltaTable.forPath(spark, copy.toString()).history(1).head();
    Map<String, String> metrics = commit.getJavaMap(commit.fieldIndex("operationMetrics"));
    long upserts =
        metric(metrics, "numTargetRowsUpdated") + metric(metrics, "numTargetRowsInserted");
    boolean same = Tables.content(spark, copy).equals(Tables.content(spark, after));
    return new Difference(
        upserts,
        metric(metrics, "numTargetRowsDeleted"),
        same ? right.upsertIds() : -1,
        same ? right.deleteIds() : -1);
  }

  private static long metric(Map<String, String> metrics, String name) {
    return Long.parseLong(metrics.getOrDefault(name, "0"));
  }
}
