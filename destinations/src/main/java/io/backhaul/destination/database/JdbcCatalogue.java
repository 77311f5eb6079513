/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.database.Table.Column;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What any database's driver tells of a table. */
final class JdbcCatalogue {

  private static final Set<Integer> TEXTS =
      Set.of(Types.CHAR, Types.VARCHAR, Types.NCHAR, Types.NVARCHAR);

  private record Place(String catalog, String schema, String table) {}

  private final DatabaseMetaData data;
  private final String quote;

  JdbcCatalogue(Connection connection) throws SQLException {
    this.data = connection.getMetaData();
    String quoteString = data.getIdentifierQuoteString();
    this.quote = quoteString == null || quoteString.isBlank() ? "\"" : quoteString;
  }

  /** The database's product, as its driver names it. */
  String product() throws SQLException {
    return data.getDatabaseProductName();
  }

  /**
   * Reads a table.
   *
   * @param object {@code table} or {@code schema.table}, in whatever case the database keeps names
   * @throws DestinationException (refused) if there is none
   */
  Table read(Connection connection, String object) throws SQLException {
    Place place = place(connection, object);
    StringBuilder name = new StringBuilder();
    for (String part : new String[] {place.schema(), place.table()}) {
      if (part != null && !part.isEmpty()) {
        name.append(name.isEmpty() ? "" : ".").append(Table.quoted(part, quote));
      }
    }
    return new Table(name.toString(), columns(place), uniques(place), quote);
  }

  private Place place(Connection connection, String object) throws SQLException {
    int dot = object.indexOf('.');
    String schema = dot < 0 ? connection.getSchema() : object.substring(0, dot);
    String table = object.substring(dot + 1);
    List<String> cases =
        List.of(table, table.toUpperCase(Locale.ROOT), table.toLowerCase(Locale.ROOT));
    for (String each : new LinkedHashSet<>(cases)) {
      for (String in : schemas(schema, dot >= 0)) {
        try (ResultSet found =
            data.getTables(
                connection.getCatalog(), in == null ? null : escaped(in), escaped(each), null)) {
          while (found.next()) {
            String type = found.getString("TABLE_TYPE");
            if (type.contains("TABLE") || type.equals("VIEW")) {
              return new Place(
                  found.getString("TABLE_CAT"),
                  found.getString("TABLE_SCHEM"),
                  found.getString("TABLE_NAME"));
            }
          }
        }
      }
    }
    throw DestinationException.refused(
        "OBJECT_UNKNOWN",
        0,
        "there is no table '" + object + "' that this user sees: write it as schema.table");
  }

  private static List<String> schemas(String schema, boolean named) {
    List<String> all = new ArrayList<>();
    all.add(schema);
    if (named) {
      all.add(schema.toUpperCase(Locale.ROOT));
      all.add(schema.toLowerCase(Locale.ROOT));
    }
    return all;
  }

  /** Names are patterns here. */
  private String escaped(String name) throws SQLException {
    String escape = data.getSearchStringEscape();
    return escape == null || escape.isEmpty()
        ? name
        : name.replace(escape, escape + escape)
            .replace("_", escape + "_")
            .replace("%", escape + "%");
  }

  private List<Column> columns(Place place) throws SQLException {
    List<Column> columns = new ArrayList<>();
    String schema = place.schema() == null ? null : escaped(place.schema());
    try (ResultSet row = data.getColumns(place.catalog(), schema, escaped(place.table()), null)) {
      while (row.next()) {
        String name = row.getString("COLUMN_NAME");
        int type = row.getInt("DATA_TYPE");
        String typeName = row.getString("TYPE_NAME");
        int size = row.getInt("COLUMN_SIZE");
        boolean fallback =
            row.getString("COLUMN_DEF") != null || yes(row.getString("IS_AUTOINCREMENT"));
        boolean required = row.getInt("NULLABLE") == DatabaseMetaData.columnNoNulls && !fallback;
        boolean computed = yes(row.getString("IS_GENERATEDCOLUMN"));
        columns.add(
            new Column(
                name,
                typeName,
                type,
                required && !computed,
                !computed,
                TEXTS.contains(type) && size < Integer.MAX_VALUE ? size : 0,
                List.of()));
      }
    }
    return columns;
  }

  private static boolean yes(String answer) {
    return "YES".equals(answer);
  }

  private List<Set<String>> uniques(Place place) throws SQLException {
    Map<String, Set<String>> byIndex = new LinkedHashMap<>();
    try (ResultSet row = data.getPrimaryKeys(place.catalog(), place.schema(), place.table())) {
      while (row.next()) {
        byIndex.computeIfAbsent("", name -> new HashSet<>()).add(row.getString("COLUMN_NAME"));
      }
    }
    try (ResultSet row =
        data.getIndexInfo(place.catalog(), place.schema(), place.table(), true, true)) {
      while (row.next()) {
        String column = row.getString("COLUMN_NAME");
        if (column != null) {
          String index = "index " + row.getString("INDEX_NAME");
          byIndex.computeIfAbsent(index, name -> new HashSet<>()).add(column);
        }
      }
    }
    return new ArrayList<>(new HashSet<>(byIndex.values()));
  }
}
