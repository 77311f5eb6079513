/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit.snowflake;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tables with a past, on an embedded DuckDB: each change makes a schema of its own with a copy of
 * all tables, so that {@code AT(TIMESTAMP => …)} finds them as they were. A column of DuckDB's type
 * {@code STRUCT(moment TIMESTAMPTZ, shift INTEGER)} is a TIMESTAMP_TZ, one of type JSON a VARIANT.
 */
final class Tables implements AutoCloseable {

  private static final Pattern AT =
      Pattern.compile("([\\w.\"]+) AT\\s*\\(TIMESTAMP => TO_TIMESTAMP_LTZ\\((\\d+), 3\\)\\)");
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),(\\d+)\\)");
  private static final String WITH_OFFSET =
      "STRUCT(moment TIMESTAMP WITH TIME ZONE, shift INTEGER)";

  /** Snowflake's functions that DuckDB has not, or has under another name. */
  private static final List<String> FUNCTIONS =
      List.of(
          "to_varchar(x) AS CAST(x AS VARCHAR), (x, format) AS CAST(x AS VARCHAR)",
          "to_variant(x) AS x",
          "hex_encode(x) AS hex(x)",
          "md5_binary(x) AS unhex(md5(x))",
          "get(x, i) AS x ->> i",
          // of all three kinds of timestamps
          "nanos_of(x) AS epoch_ns(CAST(regexp_extract(CAST(x AS VARCHAR),"
              + " '[0-9]{4,}-[0-9-]+ [0-9:]+(\\.[0-9]+)?([+-][0-9:]+)?') AS TIMESTAMPTZ))",
          "nanosecond_of(x) AS (nanos_of(x) % 1000000000 + 1000000000) % 1000000000",
          "epoch_second_of(x) AS (nanos_of(x) - nanosecond_of(x)) // 1000000000",
          "second_of(x) AS (epoch_second_of(x) % 60 + 60) % 60");

  private final Connection duck;
  private final NavigableMap<Instant, String> versions = new TreeMap<>();
  private Instant last = Instant.EPOCH;

  Tables() throws SQLException {
    duck = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET TimeZone = 'UTC'");
    for (String function : FUNCTIONS) {
      execute("CREATE TEMP MACRO " + function);
    }
  }

  /** A moment later than all before, in whole microseconds. */
  synchronized Instant now() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
    return last;
  }

  /** Statements of DuckDB that are committed together. */
  synchronized void change(String... statements) throws SQLException {
    String next = "v" + (versions.size() + 1);
    execute("CREATE SCHEMA " + next);
    if (!versions.isEmpty()) {
      String before = versions.lastEntry().getValue();
      for (String table : tables(before)) {
        execute("CREATE TABLE %s.%s AS FROM %s.%s".formatted(next, table, before, table));
      }
    }
    execute("USE " + next);
    for (String statement : statements) {
      execute(statement);
    }
    versions.put(now(), next);
  }

  private List<String> tables(String schema) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement statement = duck.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT '\"' || table_name || '\"' FROM duckdb_tables() WHERE schema_name = '%s'"
                    .formatted(schema))) {
      while (found.next()) {
        names.add(found.getString(1));
      }
    }
    return names;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = duck.createStatement()) {
      statement.execute(sql);
    }
  }

  /**
   * The answer to a SELECT.
   *
   * @param parameter the value of its one parameter, JSON, or {@code null}
   * @param describe whether only its columns are asked for
   * @param chunkRows how many rows a chunk has at most
   */
  synchronized Answer select(String sql, String parameter, boolean describe, int chunkRows)
      throws Refused {
    String translated = bound(translated(sql), parameter == null ? "[]" : parameter);
    try (PreparedStatement statement = duck.prepareStatement(translated)) {
      List<String> types = new ArrayList<>();
      List<Answer.Column> columns = new ArrayList<>();
      ResultSetMetaData found = statement.getMetaData();
      for (int i = 1; i <= found.getColumnCount(); i++) {
        types.add(found.getColumnTypeName(i));
        columns.add(column(found.getColumnLabel(i), found.getColumnTypeName(i)));
      }
      return new Answer(columns, describe ? List.of() : chunks(translated, types, chunkRows));
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private List<Answer.Chunk> chunks(String sql, List<String> types, int chunkRows)
      throws SQLException {
    List<String> texts = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      names.add("c" + i);
      texts.add(text("c" + i, types.get(i)));
    }
    String asJson =
        "SELECT CAST(to_json([%s]) AS VARCHAR) FROM (%s) t(%s)"
            .formatted(String.join(", ", texts), sql, String.join(", ", names));
    List<Answer.Chunk> chunks = new ArrayList<>();
    try (Statement statement = duck.createStatement();
        ResultSet rows = statement.executeQuery(asJson)) {
      StringBuilder chunk = new StringBuilder();
      int count = 0;
      while (rows.next()) {
        if (count == chunkRows) {
          chunks.add(new Answer.Chunk(chunk.toString(), count));
          chunk.setLength(0);
          count = 0;
        }
        chunk.append(count == 0 ? "" : ",").append(rows.getString(1));
        count++;
      }
      chunks.add(new Answer.Chunk(chunk.toString(), count));
    }
    return chunks;
  }

  private String translated(String sql) throws Refused {
    Matcher at = AT.matcher(sql);
    StringBuilder translated = new StringBuilder();
    while (at.find()) {
      String table = at.group(1).replaceFirst(".*\\.", "");
      Instant instant = Instant.ofEpochMilli(Long.parseLong(at.group(2)));
      Map.Entry<Instant, String> version = versions.floorEntry(instant);
      if (version == null) {
        throw new Refused(
            707,
            "02000",
            "Time travel data is not available for table "
                + table
                + ". The requested time is either beyond the allowed time travel period or before"
                + " the object creation time.");
      }
      at.appendReplacement(translated, version.getValue() + "." + Matcher.quoteReplacement(table));
    }
    return at.appendTail(translated)
        .toString()
        .replace("CURRENT_TIMESTAMP()", "TIMESTAMPTZ '" + now() + "'")
        .replace("::TIMESTAMP(3)", "::TIMESTAMP_MS::TIMESTAMP")
        .replace("DATE_PART(EPOCH_SECOND, ", "epoch_second_of(")
        .replace("DATE_PART(SECOND, ", "second_of(")
        .replace("DATE_PART(NANOSECOND, ", "nanosecond_of(")
        .replace("AS NUMBER(", "AS DECIMAL(");
  }

  private static String bound(String sql, String json) {
    return sql.replace(
        "TABLE(FLATTEN(INPUT => PARSE_JSON(?)))",
        "(SELECT unnest(CAST(CAST('%s' AS JSON) AS JSON[])) AS value)"
            .formatted(json.replace("'", "''")));
  }

  /** Names that were written without quotes are in upper case. */
  private static Answer.Column column(String label, String type) {
    String name = label.matches("[a-z_][a-z0-9_]*") ? label.toUpperCase(Locale.ROOT) : label;
    Matcher decimal = DECIMAL.matcher(type);
    if (decimal.matches()) {
      return new Answer.Column(
          name, "FIXED", Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    return switch (type) {
      case "BIGINT", "INTEGER", "SMALLINT", "TINYINT" -> new Answer.Column(name, "FIXED", 38, 0);
      case "DOUBLE", "FLOAT" -> new Answer.Column(name, "REAL", 0, 0);
      case "BOOLEAN", "DATE" -> new Answer.Column(name, type, 0, 0);
      case "TIME" -> new Answer.Column(name, "TIME", 0, 9);
      case "BLOB" -> new Answer.Column(name, "BINARY", 0, 0);
      case "JSON" -> new Answer.Column(name, "VARIANT", 0, 0);
      case "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS" ->
          new Answer.Column(name, "TIMESTAMP_NTZ", 0, 9);
      case "TIMESTAMP WITH TIME ZONE" -> new Answer.Column(name, "TIMESTAMP_LTZ", 0, 9);
      case WITH_OFFSET -> new Answer.Column(name, "TIMESTAMP_TZ", 0, 9);
      case "VARCHAR" -> new Answer.Column(name, "TEXT", 0, 0);
      default -> throw new IllegalArgumentException("no type of Snowflake's is like " + type);
    };
  }

  /** An expression for a value as a JSON result holds it. */
  private static String text(String column, String type) {
    return switch (type) {
      case "BOOLEAN" -> "CAST(CAST(%s AS INTEGER) AS VARCHAR)".formatted(column);
      case "DATE" -> "CAST(%s - DATE '1970-01-01' AS VARCHAR)".formatted(column);
      case "TIME" -> seconds("epoch_ns(DATE '1970-01-01' + %s)".formatted(column));
      case "DOUBLE", "FLOAT" ->
          "replace(replace(CAST(%s AS VARCHAR), 'nan', 'NaN'), 'inf', 'Infinity')"
              .formatted(column);
      case "BLOB" -> "hex(%s)".formatted(column);
      case "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP WITH TIME ZONE" ->
          seconds("epoch_ns(%s)".formatted(column));
      case WITH_OFFSET ->
          seconds("epoch_ns(%s.moment)".formatted(column))
              + " || ' ' || (%s.shift + 1440)".formatted(column);
      default -> "CAST(%s AS VARCHAR)".formatted(column);
    };
  }

  private static String seconds(String nanos) {
    String fraction = "((%s) %% 1000000000 + 1000000000) %% 1000000000".formatted(nanos);
    return "printf('%%d.%%09d', ((%1$s) - (%2$s)) // 1000000000, %2$s)".formatted(nanos, fraction);
  }

  private static Refused refused(SQLException error) {
    String message =
        error
            .getMessage()
            .lines()
            .limit(2)
            .collect(Collectors.joining(" "))
            .replaceAll("\\s+", " ");
    if (message.contains("does not exist")) {
      return new Refused(
          2003,
          "42S02",
          "SQL compilation error:\nObject does not exist or not authorized. " + message);
    }
    return message.contains("Binder Error")
        ? new Refused(904, "42000", "SQL compilation error:\n" + message)
        : new Refused(1003, "42000", "SQL compilation error:\n" + message);
  }

  @Override
  public void close() throws SQLException {
    duck.close();
  }
}
