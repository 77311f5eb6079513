/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_micros;

import io.backhaul.diff.digest.RepeatedKeys;
import io.backhaul.diff.state.SyncState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Puts hashed source rows beside state and keeps what differs: one pass over either side, in which
 * a row's values travel once and state contributes key and hash alone.
 *
 * <p>The result has the source's columns and, of state, {@code held_hash}; {@code source_rows} (0
 * where only state has the key), {@code gone}, {@code null_key} and {@code held}. A key that occurs
 * more than once stands in it once, by the row with the lowest hash.
 */
final class Comparison {

  private static final String STATE_KEY = "state_key_";
  private static final String SOURCE_KEY = "compared_key_";

  private final DetectRequest request;
  private final StructType keys;
  private final StructType common;
  private final DataType[] commonTypes;
  private final Dataset<Row> held;

  /**
   * @param held rows of {@link SyncState#read}, or {@code null} where state is empty
   */
  Comparison(DetectRequest request, Dataset<Row> held) {
    this.request = request;
    this.held = held;
    this.keys = request.mapping().keySchema();
    this.common = held == null ? keys : request.state().commonKeys();
    this.commonTypes =
        Arrays.stream(common.fields()).map(field -> field.dataType()).toArray(DataType[]::new);
    if (request.infersDeletes()) {
      refuseNarrowedKeys();
    }
  }

  /** A key that only state has may not fit the narrower type, and would name another record. */
  private void refuseNarrowedKeys() {
    for (int i = 0; i < commonTypes.length; i++) {
      StructField key = keys.fields()[i];
      if (!key.dataType().equals(commonTypes[i])) {
        throw new IllegalArgumentException(
            "key column "
                + key.name()
                + " is "
                + key.dataType().sql()
                + " in the source, and state has keys of "
                + commonTypes[i].sql()
                + " that mirror may have to delete; cast it back in the source");
      }
    }
  }

  /**
   * What differs.
   *
   * @param hashed candidates, as {@code Mapping.hashed} makes them
   * @param touched where only some keys were looked at: the key columns of those, so that no other
   *     row of state counts as gone; else {@code null}
   * @param withDetails whether the details of {@link #described} come along at once
   * @param repeated the keys that more than one candidate has, or {@code null} if that is not known
   * @param tally told of every candidate
   */
  Dataset<Row> differing(
      Dataset<Row> hashed,
      Dataset<Row> touched,
      boolean withDetails,
      RepeatedKeys repeated,
      Tally tally) {
    Dataset<Row> source = repeated == null ? oncePerKey(hashed) : oncePerKey(hashed, repeated);
    Dataset<Row> compared;
    if (held == null) {
      compared = source.withColumn("held_hash", lit(null).cast(DataTypes.LongType));
      for (int i = 0; i < keys.size(); i++) {
        compared = compared.withColumn(STATE_KEY + i, lit(null).cast(commonTypes[i]));
      }
    } else {
      Dataset<Row> state = stateRows(withDetails);
      boolean infersDeletes = request.infersDeletes();
      if (infersDeletes && touched != null) {
        state = state.join(touchedKeys(touched), sameKey(STATE_KEY, "touched_key_"), "left_semi");
      }
      compared =
          source.join(
              state, sameKey(SOURCE_KEY, STATE_KEY), infersDeletes ? "full_outer" : "left_outer");
    }
    Column gone = col("source_rows").isNull();
    Column nullKey = not(gone).and(any(SOURCE_KEY, Column::isNull));
    UDF4<Long, Long, Boolean, Boolean, Boolean> counting =
        (rows, micros, inState, differs) -> {
          tally.saw(rows, micros, inState, differs);
          return differs;
        };
    Column keep =
        udf(counting, DataTypes.BooleanType)
            .asNondeterministic()
            .apply(
                col("source_rows"),
                unix_micros(col("source_updated_at")),
                col("held_hash").isNotNull(),
                gone.or(nullKey)
                    .or(col("source_rows").gt(1))
                    .or(col("held_hash").isNull())
                    .or(resent()));
    List<Column> columns = new ArrayList<>();
    for (String name : hashed.columns()) {
      columns.add(
          switch (name) {
            case "source_key" -> coalesce(col(name), heldKey()).as(name);
            case "row_hash" -> coalesce(col(name), col("held_hash")).as(name);
            default -> col(name);
          });
    }
    columns.add(coalesce(col("source_rows"), lit(0L)).as("source_rows"));
    columns.add(gone.as("gone"));
    columns.add(nullKey.as("null_key"));
    columns.add(col("held_hash").isNotNull().as("held"));
    if (withDetails) {
      DETAILS.forEach(name -> columns.add(col(name)));
    }
    return compared.where(keep).select(columns.toArray(Column[]::new));
  }

  /** What state knows of a row beside its key and hash. */
  private static final List<String> DETAILS =
      List.of("held_fields", "held_id", "held_run", "held_mapping");

  /**
   * Adds what state knows of the rows that differ.
   *
   * @param few whether {@code differing} is small enough to be sent to every executor
   */
  Dataset<Row> described(Dataset<Row> differing, boolean few) {
    if (held == null) {
      Dataset<Row> described = differing;
      for (String name : DETAILS) {
        described = described.withColumn(name, lit(null).cast(DataTypes.StringType));
      }
      return described;
    }
    Dataset<Row> keyed = withKeys(differing, col("source_key"), SOURCE_KEY);
    Dataset<Row> state = stateRows(true).drop("held_hash");
    if (few) {
      Dataset<Row> wanted =
          keyed
              .where(col("held"))
              .select(
                  IntStream.range(0, keys.size())
                      .mapToObj(i -> col(SOURCE_KEY + i).as("wanted_key_" + i))
                      .toArray(Column[]::new));
      state =
          broadcast(state.join(broadcast(wanted), sameKey(STATE_KEY, "wanted_key_"), "left_semi"));
    }
    return keyed
        .join(state, sameKey(SOURCE_KEY, STATE_KEY), "left_outer")
        .select(
            Stream.concat(Arrays.stream(differing.columns()), DETAILS.stream())
                .map(name -> col(name))
                .toArray(Column[]::new));
  }

  /** Whether a row that the destination holds is sent once more. */
  private Column resent() {
    return switch (request.mode()) {
      case UPSERT, UPDATE, MIRROR, DELETE ->
          request.full() ? lit(true) : col("held_hash").notEqual(col("row_hash"));
      case INSERT, APPEND -> lit(false);
    };
  }

  /** The hash by which {@link RepeatedKeys} knows a candidate's key. */
  Column keyHash() {
    return KeyHash.ofSource(keys, common);
  }

  /** Only rows of repeated keys must be brought together. */
  private Dataset<Row> oncePerKey(Dataset<Row> hashed, RepeatedKeys repeated) {
    if (repeated.isEmpty()) {
      return alone(hashed);
    }
    Column isRepeated = repeated.hold(keyHash());
    return alone(hashed.where(not(isRepeated))).unionByName(oncePerKey(hashed.where(isRepeated)));
  }

  private Dataset<Row> alone(Dataset<Row> hashed) {
    return withKeys(hashed, col("source_key"), SOURCE_KEY).withColumn("source_rows", lit(1L));
  }

  /** One window does for both columns, because order and partition are the same. */
  private Dataset<Row> oncePerKey(Dataset<Row> hashed) {
    Column[] key =
        IntStream.range(0, keys.size()).mapToObj(i -> col(SOURCE_KEY + i)).toArray(Column[]::new);
    WindowSpec rowsOfKey =
        Window.partitionBy(key).orderBy(col("row_hash"), col("source_updated_at"));
    return withKeys(hashed, col("source_key"), SOURCE_KEY)
        .withColumn(
            "source_rows",
            count(lit(1))
                .over(
                    rowsOfKey.rowsBetween(
                        Window.unboundedPreceding(), Window.unboundedFollowing())))
        .withColumn("nth_of_key", row_number().over(rowsOfKey))
        .where(col("nth_of_key").equalTo(1))
        .drop("nth_of_key");
  }

  private Dataset<Row> withKeys(Dataset<Row> rows, Column key, String prefix) {
    List<Column> columns = new ArrayList<>();
    for (String name : rows.columns()) {
      columns.add(col(name));
    }
    for (int i = 0; i < keys.size(); i++) {
      columns.add(key.getField(keys.fields()[i].name()).cast(commonTypes[i]).as(prefix + i));
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  private Dataset<Row> stateRows(boolean withDetails) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      columns.add(
          held.col("`" + keys.fields()[i].name() + "`").cast(commonTypes[i]).as(STATE_KEY + i));
    }
    columns.add(held.col("row_hash").as("held_hash"));
    if (withDetails) {
      columns.add(held.col("fields").as("held_fields"));
      columns.add(held.col("destination_id").as("held_id"));
      columns.add(held.col("run_id").as("held_run"));
      columns.add(held.col("mapping_fingerprint").as("held_mapping"));
    }
    return held.select(columns.toArray(Column[]::new));
  }

  private Dataset<Row> touchedKeys(Dataset<Row> touched) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      columns.add(
          touched
              .col("`" + keys.fields()[i].name() + "`")
              .cast(commonTypes[i])
              .as("touched_key_" + i));
    }
    return touched.select(columns.toArray(Column[]::new));
  }

  /** The key as the source would give it, of a row that only state has. */
  private Column heldKey() {
    Column[] columns = new Column[keys.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = col(STATE_KEY + i).cast(keys.fields()[i].dataType()).as(keys.fields()[i].name());
    }
    return struct(columns);
  }

  private Column sameKey(String left, String right) {
    return IntStream.range(0, keys.size())
        .mapToObj(i -> col(left + i).equalTo(col(right + i)))
        .reduce(Column::and)
        .orElseThrow();
  }

  private Column any(String prefix, java.util.function.Function<Column, Column> test) {
    return IntStream.range(0, keys.size())
        .mapToObj(i -> test.apply(col(prefix + i)))
        .reduce(Column::or)
        .orElseThrow();
  }
}
