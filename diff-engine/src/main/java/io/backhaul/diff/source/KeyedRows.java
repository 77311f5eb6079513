/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import io.backhaul.diff.platform.SparkPlatform;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.jdbc.JdbcUtils$;
import org.apache.spark.sql.jdbc.JdbcDialects;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Rows of a snapshot by key. Keys travel as parameters of a statement, many at a time, so that no
 * plan and no log holds one. Values are read as Spark's own reader reads them.
 */
final class KeyedRows implements Serializable {

  private static final long serialVersionUID = 1L;

  private final KeyQuery query;
  private final String select;
  private final StructType types;

  /**
   * @param select a query without a condition
   * @param types of what it selects, as Spark's reader says
   */
  KeyedRows(KeyQuery query, String select, StructType types) {
    this.query = query;
    this.select = select;
    this.types = types;
  }

  /**
   * The rows that have one of the keys.
   *
   * @param keys whole numbers, decimals and texts; each key once
   * @param connections most at once
   */
  Dataset<Row> of(SparkSession spark, Dataset<Row> keys, int connections) {
    int[] positions = Arrays.stream(keys.columns()).mapToInt(types::fieldIndex).toArray();
    String statement = select + " WHERE " + condition(positions);
    JavaRDD<InternalRow> rows =
        keys.toJavaRDD()
            .coalesce(connections)
            .mapPartitions(part -> new Fetch(statement, positions, part));
    return SparkPlatform.rows(spark, rows.rdd(), types);
  }

  private String condition(int[] positions) {
    try {
      return query.condition(IntStream.of(positions).mapToObj(i -> types.fields()[i]).toList());
    } catch (SQLException e) {
      throw query.explain(e);
    }
  }

  private static String text(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.stripTrailingZeros().toPlainString();
    }
    return value instanceof Decimal decimal
        ? text(decimal.toJavaBigDecimal())
        : value.toString(); // a number, a text or Spark's own text
  }

  /** What one task fetches, on one connection. */
  private final class Fetch implements Iterator<InternalRow>, TaskCompletionListener {

    private final String statement;
    private final int[] positions;
    private final Iterator<Row> keys;
    private Connection connection;
    private PreparedStatement running;
    private scala.collection.Iterator<InternalRow> rows;
    private Set<List<String>> wanted = Set.of();
    private InternalRow next;

    private Fetch(String statement, int[] positions, Iterator<Row> keys) {
      this.statement = statement;
      this.positions = positions;
      this.keys = keys;
      TaskContext.get().addTaskCompletionListener(this);
    }

    @Override
    public boolean hasNext() {
      while (next == null && (rows != null || keys.hasNext())) {
        try {
          advance();
        } catch (SQLException e) {
          throw query.explain(e);
        }
      }
      return next != null;
    }

    private void advance() throws SQLException {
      if (rows == null) {
        ask();
      }
      if (!rows.hasNext()) {
        running.close();
        rows = null;
        return;
      }
      InternalRow row = rows.next();
      // a type of the database's may hold more to be equal than Spark does
      if (wanted.contains(key(row))) {
        next = row;
      }
    }

    private void ask() throws SQLException {
      if (connection == null) {
        connection = query.connect();
      }
      wanted = new HashSet<>();
      while (keys.hasNext() && wanted.size() < query.keysAtOnce()) {
        Row key = keys.next();
        wanted.add(IntStream.range(0, positions.length).mapToObj(i -> text(key.get(i))).toList());
      }
      running = connection.prepareStatement(statement);
      running.setFetchSize(JdbcReads.ROWS_PER_FETCH);
      query.bind(running, List.copyOf(wanted));
      rows =
          JdbcUtils$.MODULE$.resultSetToSparkInternalRows(
              running.executeQuery(),
              JdbcDialects.get(query.url()),
              types,
              TaskContext.get().taskMetrics().inputMetrics());
    }

    private List<String> key(InternalRow row) {
      return IntStream.of(positions)
          .mapToObj(i -> text(row.get(i, types.fields()[i].dataType())))
          .toList();
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      InternalRow row = next;
      next = null;
      return row;
    }

    @Override
    public void onTaskCompletion(TaskContext context) {
      try {
        if (connection != null) {
          connection.close();
        }
      } catch (SQLException e) {
        throw query.explain(e);
      }
    }
  }
}
