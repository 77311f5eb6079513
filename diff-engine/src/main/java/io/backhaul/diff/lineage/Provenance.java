/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.lineage;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which tables rows come from, and which of their columns each column of the rows is made of. Views
 * are looked through.
 *
 * @param tables each once, in the order they are met
 * @param columns by name, in the order of the rows; a constant is made of none
 */
public record Provenance(List<ReadTable> tables, Map<String, List<TableColumn>> columns) {

  public Provenance {
    tables = List.copyOf(tables);
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** Of rows as Spark analysed them; nothing is read and no job runs. */
  public static Provenance of(Dataset<Row> rows) {
    return new PlanTrace().trace(rows);
  }
}
