/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.StructField;

/** Asks PostgreSQL for keys: an array of texts for each key column. */
final class PostgresKeys implements KeyQuery {

  private static final long serialVersionUID = 1L;

  private final JdbcReads reads;
  private final String driver;

  PostgresKeys(JdbcReads reads) {
    this.reads = reads;
    try {
      this.driver = DriverManager.getDriver(reads.spec().url()).getClass().getName();
    } catch (SQLException e) {
      throw explain(e);
    }
  }

  @Override
  public String driver() {
    return driver;
  }

  @Override
  public String url() {
    return reads.spec().url();
  }

  @Override
  public Properties login() {
    return reads.login();
  }

  @Override
  public void enter(Connection connection) throws SQLException {
    ExportedSnapshot.enter(connection, reads.snapshot());
  }

  /** A text is cast to the column's own type, so that an index on the column can be used. */
  @Override
  public String condition(List<StructField> keys) throws SQLException {
    List<String> names = keys.stream().map(key -> reads.quoted(key.name())).toList();
    List<String> casts = new ArrayList<>();
    try (Connection connection = connect()) {
      for (int i = 0; i < names.size(); i++) {
        casts.add("CAST(k" + i + " AS " + type(connection, names.get(i)) + ")");
      }
    }
    return "(%s) IN (SELECT %s FROM unnest(%s) AS backhaul_keys(%s))"
        .formatted(
            String.join(", ", names),
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

  @Override
  public void bind(PreparedStatement statement, List<List<String>> keys) throws SQLException {
    for (int i = 0; i < keys.get(0).size(); i++) {
      int part = i;
      String[] texts = keys.stream().map(key -> key.get(part)).toArray(String[]::new);
      statement.setArray(i + 1, statement.getConnection().createArrayOf("text", texts));
    }
  }

  @Override
  public int keysAtOnce() {
    return 1_000;
  }

  @Override
  public SourceException explain(SQLException error) {
    return JdbcFailure.explain(reads.spec(), error);
  }
}
