/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import io.backhaul.diff.platform.SparkPlatform;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.jdbc.DriverRegistry;
import org.apache.spark.sql.execution.datasources.jdbc.JdbcUtils$;
import org.apache.spark.sql.jdbc.JdbcDialects;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Rows of a PostgreSQL snapshot by key. Keys travel as parameters of a statement, a thousand at a
 * time, so that no plan and no log holds one. Values are read as Spark's own reader reads them.
 */
final class KeyedRows implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final int KEYS_AT_ONCE = 1_000;

  private final JdbcReads reads;
  private final String select;
  private final StructType types;
  private final String driver;

  /**
   * @param select a query without a condition
   * @param types of what it selects, as Spark's reader says
   */
  KeyedRows(JdbcReads reads, String select, StructType types) {
    this.reads = reads;
    this.select = select;
    this.types = types;
    try {
      this.driver = DriverManager.getDriver(reads.spec().url()).getClass().getName();
    } catch (SQLException e) {
      throw JdbcFailure.explain(reads.spec(), e);
    }
  }

  /**
   * The rows that have one of the keys.
   *
   * @param keys whole numbers, decimals and texts; each key once
   * @param connections most at once
   */
  Dataset<Row> of(SparkSession spark, Dataset<Row> keys, int connections) {
    List<String> names = List.of(keys.columns());
    String statement = select + " WHERE " + condition(names);
    int[] positions = names.stream().mapToInt(types::fieldIndex).toArray();
    JavaRDD<InternalRow> rows =
        keys.toJavaRDD()
            .coalesce(connections)
            .mapPartitions(part -> new Fetch(statement, positions, part));
    return SparkPlatform.rows(spark, rows.rdd(), types);
  }

  /** A text is cast to the column's own type, so that an index on the column can be used. */
  private String condition(List<String> names) {
    List<String> casts = new ArrayList<>();
    try (Connection connection = connect()) {
      for (int i = 0; i < names.size(); i++) {
        casts.add("CAST(k" + i + " AS " + type(connection, reads.quoted(names.get(i))) + ")");
      }
    } catch (SQLException e) {
      throw JdbcFailure.explain(reads.spec(), e);
    }
    return "(%s) IN (SELECT %s FROM unnest(%s) AS backhaul_keys(%s))"
        .formatted(
            names.stream().map(reads::quoted).collect(Collectors.joining(", ")),
            String.join(", ", casts),
            list(names.size(), i -> "CAST(? AS text[])"),
            list(names.size(), i -> "k" + i));
  }

  private static String list(int size, IntFunction<String> element) {
    return IntStream.range(0, size).mapToObj(element).collect(Collectors.joining(", "));
  }

  /** The full name, because SQL's {@code character} is a type of one character. */
  private String type(Connection connection, String column) throws SQLException {
    String query =
        "SELECT format('%I.%I', n.nspname, t.typname) FROM pg_type t JOIN pg_namespace n ON n.oid ="
            + " t.typnamespace WHERE t.oid = (SELECT pg_typeof(backhaul_column)::oid FROM (SELECT"
            + " 1) one LEFT JOIN (SELECT "
            + column
            + " AS backhaul_column FROM "
            + reads.relation()
            + ") named ON false)";
    try (PreparedStatement statement = connection.prepareStatement(query);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  private Connection connect() throws SQLException {
    DriverRegistry.register(driver);
    Connection connection = DriverRegistry.get(driver).connect(reads.spec().url(), reads.login());
    try {
      ExportedSnapshot.enter(connection, reads.snapshot());
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
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
          throw JdbcFailure.explain(reads.spec(), e);
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
        connection = connect();
      }
      wanted = new HashSet<>();
      while (keys.hasNext() && wanted.size() < KEYS_AT_ONCE) {
        Row key = keys.next();
        wanted.add(IntStream.range(0, positions.length).mapToObj(i -> text(key.get(i))).toList());
      }
      running = connection.prepareStatement(statement);
      running.setFetchSize(JdbcReads.ROWS_PER_FETCH);
      for (int i = 0; i < positions.length; i++) {
        int part = i;
        String[] texts = wanted.stream().map(key -> key.get(part)).toArray(String[]::new);
        running.setArray(i + 1, connection.createArrayOf("text", texts));
      }
      rows =
          JdbcUtils$.MODULE$.resultSetToSparkInternalRows(
              running.executeQuery(),
              JdbcDialects.get(reads.spec().url()),
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
        throw JdbcFailure.explain(reads.spec(), e);
      }
    }
  }
}
