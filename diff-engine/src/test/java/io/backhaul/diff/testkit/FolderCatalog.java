/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit;

import io.delta.tables.DeltaTable;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.delta.catalog.DeltaTableV2;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.Option;

/**
 * A catalog beside Spark's own, as Unity's is: it says where a Delta table is, and Delta reads it.
 * Here {@code catalog.schema.table} is the folder {@code schema/table} of the option {@code
 * folder}.
 */
@SuppressWarnings("deprecation") // Spark 4 would have another createTable
public final class FolderCatalog implements TableCatalog {

  private String name;
  private String folder;

  @Override
  public void initialize(String named, CaseInsensitiveStringMap options) {
    name = named;
    folder = options.get("folder");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Table loadTable(Identifier table) throws NoSuchTableException {
    SparkSession spark = SparkSession.active();
    String within = String.join("/", table.namespace()) + "/" + table.name();
    if (!DeltaTable.isDeltaTable(spark, folder + "/" + within)) {
      throw new NoSuchTableException(table);
    }
    return new DeltaTableV2(
        spark,
        new Path(folder, within),
        Option.empty(),
        Option.apply(name + "." + within.replace('/', '.')),
        Option.empty(),
        scala.collection.immutable.Map$.MODULE$.empty());
  }

  @Override
  public Identifier[] listTables(String[] namespace) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Table createTable(
      Identifier table, StructType schema, Transform[] partitions, Map<String, String> properties) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Table alterTable(Identifier table, TableChange... changes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean dropTable(Identifier table) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void renameTable(Identifier before, Identifier after) {
    throw new UnsupportedOperationException();
  }
}
