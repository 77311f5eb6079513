/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.database.Rows.Group;
import io.backhaul.destination.database.Rows.Row;
import io.backhaul.destination.database.Table.Column;
import io.backhaul.destination.http.JsonBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;

/**
 * Writes the rows of a batch within a transaction: each group of rows is copied into a temporary
 * table that has its columns' types ({@code n}, the key as {@code k0…}, the values as {@code v0…})
 * and goes from there to its table in one statement.
 */
final class PostgresWrite {

  private final Connection connection;
  private final Table table;
  private final Op op;
  private final List<Column> key;

  PostgresWrite(Connection connection, Table table, Op op, List<Column> key) {
    this.connection = connection;
    this.table = table;
    this.op = op;
    this.key = key;
  }

  /** Results of all rows. */
  List<RecordResult> write(List<Group> groups) throws SQLException {
    List<RecordResult> results = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      results.addAll(write(groups.get(i), "backhaul_" + i));
    }
    return results;
  }

  private List<RecordResult> write(Group group, String stage) throws SQLException {
    stage(group, stage);
    List<RecordResult> results = new ArrayList<>();
    BitSet met = met(group, stage);
    for (int i = 0; i < group.rows().size(); i++) {
      Row row = group.rows().get(i);
      String record = row.change().key();
      results.add(
          op == Op.UPDATE && !met.get(i)
              ? new RecordResult.Rejected(
                  record, "NOT_FOUND", key.get(0).name(), "there is no row of this key")
              : new RecordResult.Applied(record, op == Op.DELETE ? null : row.id()));
    }
    return results;
  }

  private void stage(Group group, String stage) throws SQLException {
    List<String> columns = new ArrayList<>(List.of("0 AS n"));
    numbered(located(), "%2$s AS k%1$d").forEach(columns::add);
    numbered(group.columns(), "%2$s AS v%1$d").forEach(columns::add);
    execute(
        "CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA"
            .formatted(stage, String.join(", ", columns), table.name()));
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < group.rows().size(); i++) {
      Row row = group.rows().get(i);
      CopyText.line(lines, i, located().isEmpty() ? List.of() : row.at(), row.values());
    }
    try {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("COPY " + stage + " FROM STDIN", new ByteArrayInputStream(JsonBody.utf8(lines)));
    } catch (IOException e) {
      throw new SQLException("the connection broke off", "08006", e);
    }
  }

  /** The key's columns where rows are looked for by other values than they are given. */
  private List<Column> located() {
    return op == Op.UPDATE || op == Op.DELETE ? key : List.of();
  }

  /** Which of the rows an update met. */
  private BitSet met(Group group, String stage) throws SQLException {
    BitSet met = new BitSet();
    switch (op) {
      case UPDATE -> {
        List<Column> columns = group.columns();
        String set =
            columns.isEmpty()
                ? "%1$s = t.%1$s".formatted(table.quoted(key.get(0).name()))
                : String.join(", ", numbered(columns, "%2$s = s.v%1$d"));
        try (Statement update = connection.createStatement();
            ResultSet rows =
                update.executeQuery(
                    "UPDATE %s t SET %s FROM %s s WHERE %s RETURNING s.n"
                        .formatted(
                            table.name(),
                            set,
                            stage,
                            String.join(" AND ", numbered(key, "t.%2$s = s.k%1$d"))))) {
          while (rows.next()) {
            met.set(rows.getInt(1));
          }
        }
      }
      case DELETE ->
          execute(
              "DELETE FROM %s t USING %s s WHERE %s"
                  .formatted(
                      table.name(),
                      stage,
                      String.join(" AND ", numbered(key, "t.%2$s = s.k%1$d"))));
      case INSERT -> execute(insert(group, stage, ""));
      case UPSERT -> upsert(group, stage);
    }
    return met;
  }

  /**
   * PostgreSQL looks for nulls before it looks for conflicts: where rows leave out a column that a
   * new row must have, those that exist are updated first.
   */
  private void upsert(Group group, String stage) throws SQLException {
    List<Column> columns = group.columns();
    List<Integer> rest =
        IntStream.range(0, columns.size())
            .filter(i -> !key.contains(columns.get(i)))
            .boxed()
            .toList();
    String same =
        key.stream()
            .map(
                column ->
                    "t.%s = s.v%d".formatted(table.quoted(column.name()), columns.indexOf(column)))
            .collect(Collectors.joining(" AND "));
    boolean partial =
        table.columns().stream().anyMatch(each -> each.required() && !columns.contains(each));
    String missing = "";
    if (partial) {
      if (!rest.isEmpty()) {
        execute(
            "UPDATE %s t SET %s FROM %s s WHERE %s"
                .formatted(
                    table.name(),
                    rest.stream()
                        .map(i -> table.quoted(columns.get(i).name()) + " = s.v" + i)
                        .collect(Collectors.joining(", ")),
                    stage,
                    same));
      }
      missing = " WHERE NOT EXISTS (SELECT 1 FROM %s t WHERE %s)".formatted(table.name(), same);
    }
    String conflict =
        rest.isEmpty()
            ? "NOTHING"
            : "UPDATE SET "
                + rest.stream()
                    .map(i -> table.quoted(columns.get(i).name()))
                    .map(name -> name + " = EXCLUDED." + name)
                    .collect(Collectors.joining(", "));
    execute(
        insert(group, stage, missing)
            + " ON CONFLICT ("
            + key.stream().map(each -> table.quoted(each.name())).collect(Collectors.joining(", "))
            + ") DO "
            + conflict);
  }

  private String insert(Group group, String stage, String where) {
    List<Column> columns = group.columns();
    if (columns.isEmpty()) {
      // Rows of defaults alone; SELECT takes an empty list, an INSERT's column list may not be one.
      return "INSERT INTO %s SELECT FROM %s s%s".formatted(table.name(), stage, where);
    }
    return "INSERT INTO %s (%s) SELECT %s FROM %s s%s"
        .formatted(
            table.name(),
            String.join(", ", numbered(columns, "%2$s")),
            String.join(", ", numbered(columns, "s.v%1$d")),
            stage,
            // In the order of the batch, so that a table with a serial number counts as it does.
            where.isEmpty() && op == Op.INSERT ? " ORDER BY s.n" : where);
  }

  /** The form filled in with each column's position and quoted name. */
  private List<String> numbered(List<Column> columns, String form) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> form.formatted(i, table.quoted(columns.get(i).name())))
        .toList();
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
