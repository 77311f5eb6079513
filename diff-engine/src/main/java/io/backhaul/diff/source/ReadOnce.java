/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.PrunedFilteredScan;
import org.apache.spark.sql.types.StructType;

/**
 * A relation that asks the one behind it once for the same columns and filters. Some run their
 * query when they are asked, and Spark asks whenever it plans: for {@code explain}, for each action
 * and, under adaptive execution, again after each stage. What was planned before is read again
 * instead.
 */
final class ReadOnce extends BaseRelation implements PrunedFilteredScan {

  /** Says in our words what went wrong behind the relation. */
  interface Explained extends Serializable {
    RuntimeException explain(Exception error);
  }

  private record Asked(List<String> columns, List<Filter> filters) {}

  private final BaseRelation behind;
  private final Predicate<Filter> pushed;
  private final Explained explained;
  private final Map<Asked, RDD<Row>> scans = new ConcurrentHashMap<>();

  /**
   * @param behind a {@link PrunedFilteredScan}
   * @param pushed whether a filter is left to {@code behind}; Spark applies the others
   * @param explained says what is thrown where {@code behind} throws, here and on executors
   */
  ReadOnce(BaseRelation behind, Predicate<Filter> pushed, Explained explained) {
    this.behind = behind;
    this.pushed = pushed;
    this.explained = explained;
  }

  @Override
  public RDD<Row> buildScan(String[] columns, Filter[] filters) {
    Filter[] left = Arrays.stream(filters).filter(pushed).toArray(Filter[]::new);
    return scans.computeIfAbsent(
        new Asked(List.of(columns), List.of(left)), asked -> scan(columns, left));
  }

  private RDD<Row> scan(String[] columns, Filter[] filters) {
    Explained here = explained;
    try {
      return ((PrunedFilteredScan) behind)
          .buildScan(columns, filters)
          .toJavaRDD()
          .mapPartitions(rows -> explained(rows, here), true)
          .rdd();
    } catch (Exception e) {
      // Scala does not declare the checked exceptions of a driver.
      throw here.explain(e);
    }
  }

  /** What a driver says on an executor may hold the signed address of a part of the result. */
  private static Iterator<Row> explained(Iterator<Row> rows, Explained explained) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        try {
          return rows.hasNext();
        } catch (Exception e) {
          throw explained.explain(e);
        }
      }

      @Override
      public Row next() {
        try {
          return rows.next();
        } catch (Exception e) {
          throw explained.explain(e);
        }
      }
    };
  }

  @Override
  public Filter[] unhandledFilters(Filter[] filters) {
    Filter[] left = Arrays.stream(filters).filter(pushed).toArray(Filter[]::new);
    return Stream.concat(
            Arrays.stream(filters).filter(pushed.negate()),
            Arrays.stream(behind.unhandledFilters(left)))
        .toArray(Filter[]::new);
  }

  @Override
  public StructType schema() {
    return behind.schema();
  }

  @Override
  public SQLContext sqlContext() {
    return behind.sqlContext();
  }

  @Override
  public boolean needConversion() {
    return behind.needConversion();
  }

  @Override
  public long sizeInBytes() {
    return behind.sizeInBytes();
  }

  /** Spark prints relations in plans. */
  @Override
  public String toString() {
    return "ReadOnce" + Arrays.toString(schema().fieldNames());
  }
}
