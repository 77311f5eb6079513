/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import io.backhaul.diff.reach.Reach;
import java.io.Serializable;
import java.util.Map;

/** Where a sync's rows come from. Paths are absolute here; the spec reader resolved them. */
public sealed interface SourceSpec extends Serializable {

  /**
   * A Delta table; exactly one of the two is set.
   *
   * @param path its folder
   * @param table its name in the catalog
   */
  record Delta(String path, String table) implements SourceSpec {}

  /**
   * Files of one format.
   *
   * @param format {@code parquet}, {@code csv} or {@code json}
   * @param path a file or folder
   * @param schema Spark DDL, or {@code null} to take what the files say
   * @param options passed to Spark's reader
   */
  record Files(String format, String path, String schema, Map<String, String> options)
      implements SourceSpec {
    public Files {
      options = Map.copyOf(options);
    }
  }

  /**
   * A table or query of a JDBC database; exactly one of the two is set.
   *
   * @param partitionColumn column to read in parallel by, or {@code null}: a number, a date or a
   *     timestamp by ranges; another type by a hash, where the database is known to have one
   * @param partitions how many connections read then; {@code null} for twice Spark's cores, 16 at
   *     most
   */
  record Jdbc(
      String url,
      String user,
      String password,
      String table,
      String query,
      String partitionColumn,
      Integer partitions)
      implements SourceSpec {

    /** As many connections as is usual. */
    public Jdbc(
        String url,
        String user,
        String password,
        String table,
        String query,
        String partitionColumn) {
      this(url, user, password, table, query, partitionColumn, null);
    }

    @Override
    public String toString() {
      return "Jdbc[" + (table != null ? table : "query") + "]";
    }
  }

  /**
   * A Spark SQL query over what the session's catalog holds.
   *
   * @param reach of the tenant whose query it is, or {@code null} where there are no tenants
   */
  record Sql(String query, Reach reach) implements SourceSpec {
    /** A query that may read whatever the session may. */
    public Sql(String query) {
      this(query, null);
    }
  }
}
