/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/**
 * Writes one table through Delta's own writers, which leave a commit out in silence if its fence is
 * behind.
 */
public final class DeltaWriter {

  private final TablePlace table;

  public DeltaWriter(TablePlace table) {
    this.table = table;
  }

  /** As {@link TableLog#append(Dataset, Fence)}. */
  public void append(Dataset<Row> rows, Fence fence) {
    save(writer(rows, SaveMode.Append, fence));
  }

  /** As {@link TableLog#replaceAll}. */
  public void replaceAll(
      Dataset<Row> rows, List<String> partitionBy, Fence fence, boolean schemaToo) {
    if (table instanceof TablePlace.Named named && !schemaToo) {
      overwrite(rows, named.name(), lit(true), fence);
      return;
    }
    save(
        writer(rows, SaveMode.Overwrite, fence)
            .partitionBy(partitionBy.toArray(String[]::new))
            .option("overwriteSchema", schemaToo));
  }

  /** As {@link TableLog#replace}, but says nothing of what became of it. */
  public void replace(Dataset<Row> rows, Map<String, String> partition, Fence fence) {
    if (table instanceof TablePlace.Named named) {
      overwrite(
          rows,
          named.name(),
          partition.entrySet().stream()
              .map(value -> col(value.getKey()).equalTo(value.getValue()))
              .reduce(lit(true), Column::and),
          fence);
      return;
    }
    DataFrameWriter<Row> writer = writer(rows, SaveMode.Overwrite, fence);
    save(partition.isEmpty() ? writer : writer.option("replaceWhere", where(partition)));
  }

  /** The condition that the rows of a partition meet, in SQL. */
  public static String where(Map<String, String> partition) {
    return partition.entrySet().stream()
        .map(value -> value.getKey() + " = '" + value.getValue().replace("'", "\\'") + "'")
        .collect(Collectors.joining(" AND "));
  }

  private static DataFrameWriter<Row> writer(Dataset<Row> rows, SaveMode mode, Fence fence) {
    return rows.write().format("delta").mode(mode).options(fence.options());
  }

  private void save(DataFrameWriter<Row> writer) {
    if (table instanceof TablePlace.Folder folder) {
      writer.save(folder.path());
    } else {
      writer.saveAsTable(((TablePlace.Named) table).name());
    }
  }

  /** Not by saveAsTable, which makes the table anew as far as its catalog can tell. */
  private static void overwrite(Dataset<Row> rows, String name, Column which, Fence fence) {
    DataFrameWriterV2<Row> writer = rows.writeTo(name);
    for (Map.Entry<String, String> option : fence.options().entrySet()) {
      writer = writer.option(option.getKey(), option.getValue());
    }
    try {
      writer.overwrite(which);
    } catch (NoSuchTableException e) {
      throw new IllegalArgumentException(name + " does not exist", e);
    }
  }
}
