/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.backhaul.diff.platform.KeptRows;
import io.backhaul.diff.source.HashPushdown;
import io.backhaul.diff.state.SourceHashes;
import io.backhaul.diff.state.StateDigests;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Compares keys and the database's hashes with state. A row is left out only if what its hash was
 * known to come to is what state holds; every other one is to be looked at.
 */
final class HashComparison implements AutoCloseable {

  private static final String KEY = "compared_key_";

  private final DetectRequest request;
  private final StructType keys;
  private final StructType common;
  private final Tally tally = new Tally();
  private final Dataset<Row> differing;
  private final Totals totals;

  /**
   * What of the keys differs.
   *
   * @param sought keys of rows to be read, none with a null in it
   * @param withoutKey whether there are rows whose key has a null
   * @param unknown keys of {@code sought} whose hash was not known, and that one row has
   */
  record Totals(long sought, boolean withoutKey, long unknown) {}

  /**
   * Reads the hashes, once.
   *
   * @param known what hashes come to; {@code null} where keys alone matter
   */
  HashComparison(DetectRequest request, Dataset<Row> hashes, SourceHashes known) {
    this.request = request;
    this.keys = request.mapping().keySchema();
    this.common = request.state().commonKeys();
    request.spark().sparkContext().register(tally);
    this.differing = KeptRows.keep(compared(hashes, known), StorageLevel.MEMORY_AND_DISK());
    try {
      differing.foreachPartition((ForeachPartitionFunction<Row>) rows -> {}); // fills the cache
      this.totals = tally.total().differing() == 0 ? new Totals(0, false, 0) : summed();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Dataset<Row> compared(Dataset<Row> hashes, SourceHashes known) {
    Dataset<Row> source = recalled(oncePerKey(hashes), known);
    Dataset<Row> held = request.state().read();
    Dataset<Row> state =
        held.select(keysOf(held, held.col("row_hash").as("held_hash"), lit(true).as("held")));
    Dataset<Row> beside =
        source.join(
            state, sameKey(source, state), request.infersDeletes() ? "full_outer" : "left_outer");
    Column same =
        StateDigests.onlyKeys(request.mode())
            ? lit(true)
            : coalesce(col("known_hash").equalTo(col("held_hash")), lit(false));
    return counted(
        beside.select(
            keysAs(
                i -> coalesce(source.col(KEY + i), state.col(KEY + i)),
                col("source_rows"),
                col("known_hash").isNotNull().as("known"),
                coalesce(col("held"), lit(false)).as("held"),
                same.as("same"))));
  }

  private Dataset<Row> oncePerKey(Dataset<Row> hashes) {
    return hashes
        .select(keysOf(hashes, col(HashPushdown.HASH).as("source_hash")))
        .groupBy(each(i -> col(KEY + i)))
        .agg(count(lit(1)).as("source_rows"), first("source_hash").as("source_hash"));
  }

  /** Adds what a row with this hash is known to come to. */
  private Dataset<Row> recalled(Dataset<Row> source, SourceHashes known) {
    if (known == null) {
      return source.withColumn("known_hash", lit(null).cast(DataTypes.LongType));
    }
    Dataset<Row> pairs = known.read();
    Dataset<Row> memory =
        pairs.select(
            keysOf(
                pairs,
                pairs.col("source_hash").as("known_source_hash"),
                pairs.col("row_hash").as("known_hash")));
    return source
        .join(
            memory,
            sameKey(source, memory).and(col("source_hash").equalTo(col("known_source_hash"))),
            "left_outer")
        .select(keysAs(i -> source.col(KEY + i), col("source_rows"), col("known_hash")));
  }

  /** Counts all keys, and keeps those that differ. */
  private Dataset<Row> counted(Dataset<Row> beside) {
    Tally counter = tally; // travels, which this object does not
    UDF3<Long, Boolean, Boolean, Boolean> counting =
        (rows, inState, differs) -> {
          counter.saw(rows, null, inState, differs);
          return differs;
        };
    Column differs =
        col("source_rows")
            .isNull()
            .or(col("source_rows").gt(1))
            .or(not(col("held")))
            .or(not(col("same")));
    Column nullKey =
        IntStream.range(0, keys.size())
            .mapToObj(i -> col(KEY + i).isNull())
            .reduce(Column::or)
            .orElseThrow();
    return beside
        .where(
            udf(counting, DataTypes.BooleanType)
                .asNondeterministic()
                .apply(col("source_rows"), col("held"), differs))
        .select(
            keysAs(i -> col(KEY + i), col("source_rows"), col("known"), nullKey.as("null_key")));
  }

  private Totals summed() {
    Column sought = col("source_rows").isNotNull().and(not(col("null_key")));
    Column unknown = sought.and(col("source_rows").equalTo(1)).and(not(col("known")));
    Row row = differing.agg(sum(one(sought)), sum(one(col("null_key"))), sum(one(unknown))).head();
    return new Totals(row.getLong(0), row.getLong(1) > 0, row.getLong(2));
  }

  private static Column one(Column condition) {
    return when(condition, 1L).otherwise(0L);
  }

  Totals totals() {
    return totals;
  }

  /** What was seen of source and state. */
  Tally.Seen seen() {
    return tally.total();
  }

  /** The keys that differ, those that left the source too, as columns of the source. */
  Dataset<Row> touched() {
    return differing.select(own());
  }

  /** {@link Totals#sought}. */
  Dataset<Row> sought() {
    return differing.where(col("source_rows").isNotNull().and(not(col("null_key")))).select(own());
  }

  /** {@link Totals#unknown}. */
  Dataset<Row> unknown() {
    return differing
        .where(col("source_rows").equalTo(1).and(not(col("null_key"))).and(not(col("known"))))
        .select(own());
  }

  private Column[] own() {
    return each(i -> col(KEY + i).cast(keys.fields()[i].dataType()).as(keys.fields()[i].name()));
  }

  private Column[] keysOf(Dataset<Row> rows, Column... more) {
    return keysAs(i -> rows.col("`" + keys.fields()[i].name() + "`"), more);
  }

  private Column[] keysAs(IntFunction<Column> key, Column... more) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      columns.add(key.apply(i).cast(common.fields()[i].dataType()).as(KEY + i));
    }
    columns.addAll(List.of(more));
    return columns.toArray(Column[]::new);
  }

  private Column[] each(IntFunction<Column> column) {
    return IntStream.range(0, keys.size()).mapToObj(column).toArray(Column[]::new);
  }

  private Column sameKey(Dataset<Row> left, Dataset<Row> right) {
    return IntStream.range(0, keys.size())
        .mapToObj(i -> left.col(KEY + i).equalTo(right.col(KEY + i)))
        .reduce(Column::and)
        .orElseThrow();
  }

  @Override
  public void close() {
    KeptRows.release(differing);
  }
}
