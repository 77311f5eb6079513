/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import io.backhaul.diff.catalog.DeltaNames;
import io.delta.tables.DeltaTable;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where a Delta table is. Immutable. */
public sealed interface TablePlace {

  /** In a folder. */
  record Folder(String path) implements TablePlace {
    public Folder {
      Objects.requireNonNull(path, "path");
    }

    @Override
    public Dataset<Row> read(SparkSession spark) {
      return spark.read().format("delta").load(path);
    }

    @Override
    public DeltaTable deltaTable(SparkSession spark) {
      return DeltaTable.forPath(spark, path);
    }

    @Override
    public String sql() {
      return "delta.`" + path.replace("`", "``") + "`";
    }
  }

  /** In a catalog: {@code table}, {@code schema.table} or {@code catalog.schema.table}. */
  record Named(String name) implements TablePlace {
    public Named {
      Objects.requireNonNull(name, "name");
    }

    @Override
    public Dataset<Row> read(SparkSession spark) {
      return spark.table(name);
    }

    @Override
    public DeltaTable deltaTable(SparkSession spark) {
      return DeltaTable.forName(spark, DeltaNames.forDeltaTable(name));
    }

    @Override
    public String sql() {
      return name;
    }
  }

  /** The newest rows; lazy, pinned to the version that is current now. */
  Dataset<Row> read(SparkSession spark);

  /** The table for {@code MERGE}, {@code DELETE}, {@code OPTIMIZE}. */
  DeltaTable deltaTable(SparkSession spark);

  /** The table as a statement names it, for what Delta offers in SQL only. */
  String sql();
}
