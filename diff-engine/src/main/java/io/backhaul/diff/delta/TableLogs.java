/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import org.apache.spark.sql.SparkSession;

/** A way to the logs of tables. */
@FunctionalInterface
public interface TableLogs {

  /** The log of one table; nothing is asked of it yet. */
  TableLog of(SparkSession spark, TablePlace table);
}
