/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import io.backhaul.diff.reach.Reach;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;

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
   * Whatever a Spark data source of the class path reads; at most one of path and table is set.
   *
   * @param format the data source's short name or class
   * @param path a file or folder
   * @param table a table's name as the data source takes it
   * @param options passed to the data source
   * @param secrets names of the options whose values stand in no message
   */
  record Spark(
      String format, String path, String table, Map<String, String> options, Set<String> secrets)
      implements SourceSpec {
    public Spark {
      options = Map.copyOf(options);
      secrets = Set.copyOf(secrets);
    }

    /** The place that the data source is to load, or {@code null} where its options say it. */
    String place() {
      return path != null ? path : table;
    }

    @Override
    public String toString() {
      return "Spark[" + format + (place() == null ? "" : " " + place()) + "]";
    }
  }

  /**
   * A table or query of Snowflake; exactly one of the two is set.
   *
   * @param url {@code https://host} with an optional port; plain {@code http} on loopback only
   * @param database where names without one are looked up, as is {@code schema}
   * @param schema may be {@code null}: PUBLIC
   * @param warehouse may be {@code null}: the user's default, as is {@code role}
   * @param query may say {@code AT {pinned}} behind a table's name, for the pinned instant
   */
  record Snowflake(
      String url,
      Login login,
      String warehouse,
      String role,
      String database,
      String schema,
      String table,
      String query)
      implements SourceSpec {

    /**
     * Who reads, by exactly one of a key and a token.
     *
     * @param user may be {@code null} with a token
     * @param privateKey PKCS #8 in PEM
     * @param passphrase of an encrypted key, or {@code null}
     * @param token OAuth access token
     */
    public record Login(String user, String privateKey, String passphrase, String token)
        implements Serializable {
      @Override
      public String toString() {
        return user == null ? "token" : user;
      }
    }

    @Override
    public String toString() {
      return "Snowflake[" + (table != null ? table : "query") + "]";
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
