/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How a database words "write this row, whether or not there is one". */
enum UpsertForm {
  /** SQL:2003: H2, HSQLDB, SQL Server, Oracle, DB2, Snowflake and others. */
  MERGE,
  /** PostgreSQL, CockroachDB, SQLite. */
  ON_CONFLICT,
  /** MySQL, MariaDB; goes by any unique key of the table. */
  ON_DUPLICATE_KEY,
  /** Any other: an update, and an insert where it met no row. */
  UPDATE_INSERT;

  /** The words in a destination file. */
  static String[] words() {
    return Arrays.stream(values())
        .map(form -> form.name().toLowerCase(Locale.ROOT))
        .toArray(String[]::new);
  }

  static UpsertForm ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The form of a product, by the name its driver gives it. */
  static UpsertForm of(String product) {
    String name = product.toLowerCase(Locale.ROOT);
    if (name.contains("postgresql") || name.contains("cockroach") || name.contains("sqlite")) {
      return ON_CONFLICT;
    }
    if (name.contains("mysql") || name.contains("mariadb")) {
      return ON_DUPLICATE_KEY;
    }
    boolean merges =
        List.of("h2", "hsql", "sql server", "oracle", "db2", "snowflake", "derby", "exasol")
            .stream()
            .anyMatch(name::contains);
    return merges ? MERGE : UPDATE_INSERT;
  }

  /**
   * A statement and which value goes under each of its question marks.
   *
   * @param parameters positions among a row's columns
   */
  record Worded(String sql, List<Integer> parameters) {}

  /**
   * Words an upsert of one row.
   *
   * @param columns quoted, the key's among them
   * @param key positions of the key's columns
   */
  Worded worded(String table, List<String> columns, List<Integer> key, String product) {
    List<Integer> all = IntStream.range(0, columns.size()).boxed().toList();
    List<Integer> rest = all.stream().filter(i -> !key.contains(i)).toList();
    String insert =
        "INSERT INTO %s (%s) VALUES (%s)"
            .formatted(table, String.join(", ", columns), marks(all.size()));
    return switch (this) {
      case ON_CONFLICT ->
          new Worded(
              insert
                  + " ON CONFLICT ("
                  + each(key, columns, "%s", ", ")
                  + ") DO "
                  + (rest.isEmpty()
                      ? "NOTHING"
                      : "UPDATE SET " + each(rest, columns, "%1$s = EXCLUDED.%1$s", ", ")),
              all);
      case ON_DUPLICATE_KEY ->
          new Worded(
              insert
                  + " ON DUPLICATE KEY UPDATE "
                  + each(rest.isEmpty() ? key : rest, columns, "%1$s = VALUES(%1$s)", ", "),
              all);
      case MERGE -> merge(table, columns, key, rest, product.toLowerCase(Locale.ROOT));
      case UPDATE_INSERT -> new Worded(insert, all);
    };
  }

  /**
   * The values stand where the table's columns give them their types; a source made of them would
   * have to cast them, and a cast cuts texts off in silence.
   */
  private static Worded merge(
      String table, List<String> columns, List<Integer> key, List<Integer> rest, String product) {
    boolean sqlServer = product.contains("sql server");
    String from =
        product.contains("oracle")
            ? " FROM DUAL"
            : product.contains("db2") || product.contains("derby")
                ? " FROM SYSIBM.SYSDUMMY1"
                : product.contains("hsql") ? " FROM (VALUES(0))" : "";
    String matched =
        rest.isEmpty()
            ? ""
            : " WHEN MATCHED THEN UPDATE SET " + each(rest, columns, "%s = ?", ", ");
    String sql =
        "MERGE INTO "
            + table
            + (sqlServer ? " WITH (HOLDLOCK)" : "")
            + " t USING (SELECT 1 one"
            + from
            + ") s ON ("
            + each(key, columns, "t.%s = ?", " AND ")
            + ")"
            + matched
            + " WHEN NOT MATCHED THEN INSERT ("
            + String.join(", ", columns)
            + ") VALUES ("
            + marks(columns.size())
            + ")"
            + (sqlServer ? ";" : "");
    List<Integer> parameters = new ArrayList<>(key);
    parameters.addAll(rest);
    for (int i = 0; i < columns.size(); i++) {
      parameters.add(i);
    }
    return new Worded(sql, parameters);
  }

  private static String marks(int n) {
    return String.join(", ", Collections.nCopies(n, "?"));
  }

  private static String each(
      List<Integer> positions, List<String> columns, String form, String between) {
    return positions.stream()
        .map(i -> form.formatted(columns.get(i)))
        .collect(Collectors.joining(between));
  }
}
