/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.backhaul.diff.validation.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * The lookups of a mapping: each is one join with the ids of another sync, by keys of which all are
 * unique, so that no row is lost or doubled.
 */
final class Lookups {

  /** Column of rows that were looked up: the fields that no id was found for; never null. */
  static final String UNRESOLVED = "unresolved";

  /**
   * One field's lookup.
   *
   * @param position of the field among the mapped ones
   * @param key values over the source row
   * @param ids where to look, or {@code null} if the other sync has delivered nothing yet
   */
  record One(int position, String field, Lookup lookup, List<Column> key, LookupIds ids) {

    private Stream<Column> wanted() {
      return IntStream.range(0, key.size()).mapToObj(part -> key.get(part).as(wanted(part)));
    }

    private String wanted(int part) {
      return "_" + position + "_" + part;
    }

    private String held(int part) {
      return wanted(part) + "_held";
    }

    private String value() {
      return "_" + position;
    }

    private Dataset<Row> joined(Dataset<Row> rows) {
      if (ids == null) {
        return rows.withColumn(value(), lit(null).cast(DataTypes.StringType));
      }
      List<Column> columns = new ArrayList<>();
      columns.add(col("destination_id").as(value()));
      for (int part = 0; part < key.size(); part++) {
        String name = ids.column(lookup.key().get(part).column()).name();
        columns.add(col("`" + name + "`").as(held(part)));
      }
      Column same =
          IntStream.range(0, key.size())
              .mapToObj(part -> col(wanted(part)).equalTo(col(held(part))))
              .reduce(Column::and)
              .orElseThrow();
      return rows.join(ids.rows().select(columns.toArray(Column[]::new)), same, "left_outer");
    }

    /** Whether there is a key and no id for it; never null. */
    private Column isMissing() {
      return IntStream.range(0, key.size())
          .mapToObj(part -> col(wanted(part)).isNotNull())
          .reduce(col(value()).isNull(), Column::and);
    }

    private Column missing() {
      Column none = array().cast(DataTypes.createArrayType(DataTypes.StringType));
      return when(isMissing(), array(lit(field))).otherwise(none);
    }

    private Column failure() {
      return when(
          array_contains(col(UNRESOLVED), lit(field)),
          struct(
              lit(field).as("field"),
              lit(Lookup.RULE).as("rule"),
              lit(lookup.sync() + " has no id of its destination for this key").as("message")));
    }
  }

  private final List<One> all;

  Lookups(List<One> all) {
    this.all = List.copyOf(all);
  }

  boolean areNone() {
    return all.isEmpty();
  }

  /** Whether the value of the field at a position is looked up. */
  boolean has(int position) {
    return all.stream().anyMatch(one -> one.position() == position);
  }

  /** What the value of the field at a position is looked up by, over the source row. */
  List<Column> keyOf(int position) {
    return all.stream()
        .filter(one -> one.position() == position)
        .flatMap(one -> one.key().stream())
        .toList();
  }

  /** All {@link #keyOf}. */
  List<Column> keys() {
    return all.stream().flatMap(one -> one.key().stream()).toList();
  }

  /** The columns that {@link #joined} needs, over the source row. */
  List<Column> wanted() {
    return all.stream().flatMap(One::wanted).toList();
  }

  /** Adds the value of each field at position {@code n} as {@code _n}. */
  Dataset<Row> joined(Dataset<Row> rows) {
    Dataset<Row> joined = rows;
    for (One one : all) {
      joined = one.joined(joined);
    }
    return joined;
  }

  /** {@link #UNRESOLVED} of joined rows. */
  Column unresolved() {
    return concat(all.stream().map(One::missing).toArray(Column[]::new)).as(UNRESOLVED);
  }

  /**
   * The hash of a row that waits is not that of a row without a key to look up, which has the same
   * values: else one that loses its id would count as unchanged.
   */
  Column hash(Column ofValues) {
    if (all.isEmpty()) {
      return ofValues;
    }
    Column[] hashed =
        Stream.concat(Stream.of(ofValues), all.stream().map(One::isMissing)).toArray(Column[]::new);
    Column waits = all.stream().map(One::isMissing).reduce(Column::or).orElseThrow();
    return when(waits, xxhash64(hashed)).otherwise(ofValues);
  }

  /** Failures of rules, without those of fields whose value is not known. */
  Column judged(Column failures) {
    return all.isEmpty()
        ? failures
        : filter(
            failures,
            failure -> array_contains(col(UNRESOLVED), failure.getField("field")).equalTo(false));
  }

  /** What {@link OnMissing#DEAD_LETTER} makes of unresolved fields, as an array of failures. */
  Column failures() {
    return failures(OnMissing.DEAD_LETTER);
  }

  /** What a row waits for under {@link OnMissing#DEFER}, as an array of failures. */
  Column waits() {
    return failures(OnMissing.DEFER);
  }

  private Column failures(OnMissing onMissing) {
    Column[] failures =
        all.stream()
            .filter(one -> one.lookup().onMissing() == onMissing)
            .map(One::failure)
            .toArray(Column[]::new);
    return failures.length == 0
        ? array().cast(DataTypes.createArrayType(Validation.FAILURE))
        : filter(array(failures), Column::isNotNull);
  }
}
