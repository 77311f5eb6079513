/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.database.Table.Column;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What PostgreSQL (12 and newer) knows of a table, a partitioned table or a view. */
final class PostgresCatalogue {

  /** The oid and the name as it is written in statements. */
  private static final String RELATION =
      """
      SELECT c.oid, format('%I.%I', n.nspname, c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = to_regclass(?) AND c.relkind IN ('r', 'p', 'v', 'f')
      """;

  /** A domain counts as what it is made of; whoever may not write a column cannot. */
  private static final String COLUMNS =
      """
      SELECT a.attname, format_type(a.atttypid, a.atttypmod),
        coalesce(b.typname, t.typname),
        (a.attnotnull OR t.typnotnull) AND NOT a.atthasdef AND a.attidentity = ''
          AND t.typdefault IS NULL,
        a.attgenerated = '' AND a.attidentity <> 'a'
          AND has_column_privilege(a.attrelid, a.attnum, 'INSERT, UPDATE'),
        CASE WHEN coalesce(b.typname, t.typname) IN ('varchar', 'bpchar')
          THEN greatest(coalesce(nullif(a.atttypmod, -1), t.typtypmod) - 4, 0) ELSE 0 END,
        ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = coalesce(b.oid, t.oid)
          ORDER BY e.enumsortorder)
      FROM pg_attribute a
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_type b ON b.oid = t.typbasetype
      WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum
      """;

  /** Unique indexes over columns alone, of all rows, checked at once. */
  private static final String UNIQUES =
      """
      SELECT ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid
          AND a.attnum = ANY((i.indkey::int2[])[0:i.indnkeyatts - 1]))
      FROM pg_index i
      WHERE i.indrelid = ? AND i.indisunique AND i.indimmediate AND i.indisvalid
        AND i.indpred IS NULL AND i.indexprs IS NULL
      """;

  private PostgresCatalogue() {}

  /**
   * Reads a table.
   *
   * @param object {@code table}, found by the search path, or {@code schema.table}; as it is
   *     written in the catalogue, capitals included
   * @throws DestinationException (refused) if there is none
   */
  static Table read(Connection connection, String object) throws SQLException {
    try (PreparedStatement relation = connection.prepareStatement(RELATION)) {
      relation.setString(1, quoted(object));
      try (ResultSet found = relation.executeQuery()) {
        if (!found.next()) {
          throw DestinationException.refused(
              "OBJECT_UNKNOWN",
              0,
              "there is no table '"
                  + object
                  + "' that this user sees: write it as schema.table, capitals as they are");
        }
        long oid = found.getLong(1);
        return new Table(
            found.getString(2), columns(connection, oid), uniques(connection, oid), "\"");
      }
    }
  }

  private static String quoted(String object) {
    int dot = object.indexOf('.');
    return dot < 0
        ? Table.quoted(object, "\"")
        : Table.quoted(object.substring(0, dot), "\"")
            + "."
            + Table.quoted(object.substring(dot + 1), "\"");
  }

  private static List<Column> columns(Connection connection, long oid) throws SQLException {
    List<Column> columns = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
      query.setLong(1, oid);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          columns.add(
              new Column(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getBoolean(4),
                  row.getBoolean(5),
                  row.getInt(6),
                  texts(row.getArray(7))));
        }
      }
    }
    return columns;
  }

  private static List<Set<String>> uniques(Connection connection, long oid) throws SQLException {
    List<Set<String>> uniques = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(UNIQUES)) {
      query.setLong(1, oid);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          uniques.add(new HashSet<>(texts(row.getArray(1))));
        }
      }
    }
    return uniques;
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
