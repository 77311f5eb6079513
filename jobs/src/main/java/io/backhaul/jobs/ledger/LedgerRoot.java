/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.ledger;

import io.backhaul.diff.state.TableRef;
import io.backhaul.jobs.spec.LedgerSpec;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where the ledger lives. */
public sealed interface LedgerRoot {

  /** A shared table. */
  TableRef table(String name);

  /** A table of one sync: {@code kind} is {@code state}, {@code outbox}, {@code source_hashes}. */
  TableRef perSync(String kind, String tenant, String sync);

  /** Folder of the journals and of the ledger's pseudonym key, in any Hadoop file system. */
  String files();

  /**
   * The ledger that {@code backhaul.yaml} names. In a schema, journals go to the folder it names,
   * or else to the schema's own location.
   *
   * @throws IllegalArgumentException if the schema is not there, or has no location that a file can
   *     be written to
   */
  static LedgerRoot of(SparkSession spark, LedgerSpec spec) {
    if (spec.path() != null) {
      return new ByPath(spec.path());
    }
    String files = spec.journal() != null ? spec.journal() : location(spark, spec.schema());
    return new BySchema(spec.schema(), files);
  }

  private static String location(SparkSession spark, String schema) {
    try {
      for (Row row : spark.sql("DESCRIBE SCHEMA " + schema).collectAsList()) {
        if (row.getString(0).equals("Location") && !row.getString(1).isBlank()) {
          return row.getString(1) + "/_backhaul";
        }
      }
    } catch (Exception e) {
      throw new IllegalArgumentException(
          "ledger.schema: there is no schema "
              + schema
              + " in this session's catalog; create it with CREATE SCHEMA "
              + schema,
          e);
    }
    throw new IllegalArgumentException(
        "ledger.schema: schema "
            + schema
            + " has no location for journals, which are files; name a folder in ledger.journal");
  }

  /**
   * Under one folder: {@code <path>/runs}, {@code <path>/state/<tenant>/<sync>}.
   *
   * @param path absolute, without a slash at its end
   */
  record ByPath(String path) implements LedgerRoot {
    @Override
    public TableRef table(String name) {
      return new TableRef.ByPath(path + "/" + name);
    }

    @Override
    public TableRef perSync(String kind, String tenant, String sync) {
      return new TableRef.ByPath(path + "/" + kind + "/" + tenant + "/" + sync);
    }

    @Override
    public String files() {
      return path;
    }
  }

  /**
   * In a catalog schema: {@code main.backhaul.runs}, {@code main.backhaul.state__acme__contacts}.
   *
   * @param schema its name, with the catalog where there is one
   * @param files folder for the journals, which are files and not tables
   */
  record BySchema(String schema, String files) implements LedgerRoot {
    @Override
    public TableRef table(String name) {
      return new TableRef.ByName(schema + "." + name);
    }

    @Override
    public TableRef perSync(String kind, String tenant, String sync) {
      return new TableRef.ByName(
          schema + "." + kind + "__" + identifier(tenant) + "__" + identifier(sync));
    }

    /** The tenant or sync that {@link #identifier} made a part of a table's name of. */
    static String name(String identifier) {
      return identifier.replace("_dash_", "-");
    }

    private static String identifier(String name) {
      return name.replace("-", "_dash_");
    }
  }
}
