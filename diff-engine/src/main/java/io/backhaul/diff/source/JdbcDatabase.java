/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What databases do differently, as far as reading from them goes; told apart by their URLs. */
enum JdbcDatabase {
  POSTGRESQL("jdbc:postgresql:"),
  REDSHIFT("jdbc:redshift:"),
  MYSQL("jdbc:mysql:", "jdbc:mariadb:"),
  SQL_SERVER("jdbc:sqlserver:"),
  ORACLE("jdbc:oracle:"),
  OTHER;

  private final List<String> urls;

  JdbcDatabase(String... urls) {
    this.urls = List.of(urls);
  }

  static JdbcDatabase of(String url) {
    String lower = url.toLowerCase(Locale.ROOT);
    for (JdbcDatabase database : values()) {
      if (database.urls.stream().anyMatch(lower::startsWith)) {
        return database;
      }
    }
    return OTHER;
  }

  /**
   * An SQL expression that gives each value of a column one of the numbers from 0 to {@code buckets
   * - 1}, the same in every connection; what it gives null is left open. Empty where we know of
   * none.
   *
   * @param column quoted
   */
  Optional<String> bucket(String column, int buckets) {
    return switch (this) {
      case POSTGRESQL ->
          Optional.of("(hashtext(CAST(%s AS text)) & 2147483647) %% %d".formatted(column, buckets));
      case REDSHIFT ->
          Optional.of(
              "mod(strtol(left(md5(CAST(%s AS varchar)), 7), 16), %d)".formatted(column, buckets));
      case MYSQL -> Optional.of("mod(crc32(%s), %d)".formatted(column, buckets));
      case SQL_SERVER ->
          Optional.of("(CHECKSUM(%s) & 2147483647) %% %d".formatted(column, buckets));
      case ORACLE -> Optional.of("ORA_HASH(%s, %d)".formatted(column, buckets - 1));
      case OTHER -> Optional.empty();
    };
  }

  /** Whether several connections can read one snapshot ({@link ExportedSnapshot}). */
  boolean exportsSnapshots() {
    return switch (this) {
      case POSTGRESQL -> true;
      case REDSHIFT, MYSQL, SQL_SERVER, ORACLE, OTHER -> false;
    };
  }
}
