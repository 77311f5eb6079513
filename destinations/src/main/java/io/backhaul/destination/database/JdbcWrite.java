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
import io.backhaul.destination.database.UpsertForm.Worded;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes the rows of a batch within a transaction, by prepared statements in batches. */
final class JdbcWrite {

  private final Connection connection;
  private final Table table;
  private final Op op;
  private final List<Column> key;
  private final UpsertForm form;
  private final String product;
  private final int seconds;

  JdbcWrite(
      Connection connection,
      Table table,
      Op op,
      List<Column> key,
      UpsertForm form,
      String product,
      int seconds) {
    this.connection = connection;
    this.table = table;
    this.op = op;
    this.key = key;
    this.form = form;
    this.product = product;
    this.seconds = seconds;
  }

  /** Results of all rows. */
  List<RecordResult> write(List<Group> groups) throws SQLException {
    List<RecordResult> results = new ArrayList<>();
    for (Group group : groups) {
      switch (op) {
        case UPSERT -> upsert(group);
        case INSERT -> run(inserted(group.columns()), group.columns(), List.of(), group.rows());
        case UPDATE -> {
          List<Row> missing = missed(update(group.columns()), group.columns(), group.rows());
          missing.forEach(
              row ->
                  results.add(
                      new RecordResult.Rejected(
                          row.change().key(),
                          "NOT_FOUND",
                          key.get(0).name(),
                          "there is no row of this key")));
          Set<Row> unmet = new HashSet<>(missing);
          group.rows().stream()
              .filter(row -> !unmet.contains(row))
              .forEach(row -> results.add(applied(row)));
        }
        case DELETE -> run("DELETE FROM " + table.name() + found(), List.of(), key, group.rows());
      }
      if (op != Op.UPDATE) {
        group.rows().forEach(row -> results.add(applied(row)));
      }
    }
    return results;
  }

  private RecordResult applied(Row row) {
    return new RecordResult.Applied(row.change().key(), op == Op.DELETE ? null : row.id());
  }

  private void upsert(Group group) throws SQLException {
    List<Column> columns = group.columns();
    List<Row> rows = group.rows();
    List<Column> rest = columns.stream().filter(column -> !key.contains(column)).toList();
    boolean partial =
        table.columns().stream().anyMatch(each -> each.required() && !columns.contains(each));
    if (form == UpsertForm.UPDATE_INSERT || (partial && !rest.isEmpty())) {
      // A new row would be refused for what it leaves out before the database looks for an old one.
      rows = missed(update(rest), rest, without(group, rest));
      run(inserted(columns), columns, List.of(), originals(group, rows));
      return;
    }
    Worded worded =
        form.worded(
            table.name(), quoted(columns), key.stream().map(columns::indexOf).toList(), product);
    List<Column> bound = worded.parameters().stream().map(columns::get).toList();
    List<Row> repeated =
        rows.stream()
            .map(
                row ->
                    new Row(
                        row.change(),
                        row.at(),
                        worded.parameters().stream()
                            .map(i -> row.values().get(i))
                            .collect(Collectors.toList()),
                        row.id()))
            .toList();
    run(worded.sql(), bound, List.of(), repeated);
  }

  /** The same rows with the values of these columns alone. */
  private static List<Row> without(Group group, List<Column> rest) {
    return group.rows().stream()
        .map(
            row ->
                new Row(
                    row.change(),
                    row.at(),
                    rest.stream()
                        .map(column -> row.values().get(group.columns().indexOf(column)))
                        .collect(Collectors.toList()),
                    row.id()))
        .toList();
  }

  private static List<Row> originals(Group group, List<Row> some) {
    Set<String> keys = some.stream().map(row -> row.change().key()).collect(Collectors.toSet());
    return group.rows().stream().filter(row -> keys.contains(row.change().key())).toList();
  }

  private String inserted(List<Column> columns) {
    if (columns.isEmpty()) {
      return "INSERT INTO " + table.name() + " DEFAULT VALUES";
    }
    return "INSERT INTO %s (%s) VALUES (%s)"
        .formatted(
            table.name(),
            String.join(", ", quoted(columns)),
            columns.stream().map(column -> "?").collect(Collectors.joining(", ")));
  }

  private String update(List<Column> columns) {
    String set =
        columns.isEmpty()
            ? "%1$s = %1$s".formatted(table.quoted(key.get(0).name()))
            : quoted(columns).stream().map(name -> name + " = ?").collect(Collectors.joining(", "));
    return "UPDATE " + table.name() + " SET " + set + found();
  }

  private String found() {
    return quoted(key).stream()
        .map(name -> name + " = ?")
        .collect(Collectors.joining(" AND ", " WHERE ", ""));
  }

  private List<String> quoted(List<Column> columns) {
    return columns.stream().map(column -> table.quoted(column.name())).toList();
  }

  private List<Row> missed(String sql, List<Column> columns, List<Row> rows) throws SQLException {
    int[] counts = run(sql, columns, key, rows);
    return IntStream.range(0, rows.size()).filter(i -> counts[i] == 0).mapToObj(rows::get).toList();
  }

  /** Runs a statement once a row: its values first, then the key's. */
  private int[] run(String sql, List<Column> columns, List<Column> at, List<Row> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return new int[0];
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(seconds);
      for (Row row : rows) {
        for (int i = 0; i < columns.size(); i++) {
          JdbcValue.set(statement, i + 1, columns.get(i), row.values().get(i));
        }
        for (int i = 0; i < at.size(); i++) {
          JdbcValue.set(statement, columns.size() + i + 1, at.get(i), row.at().get(i));
        }
        statement.addBatch();
      }
      return statement.executeBatch();
    }
  }
}
