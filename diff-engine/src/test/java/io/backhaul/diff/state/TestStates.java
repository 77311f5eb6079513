/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** States that are treated as what they are too small to be. */
public final class TestStates {

  private TestStates() {}

  /** One that advances as a large one does. */
  public static SyncState large(SparkSession spark, TableRef table, StructType keySchema) {
    return new SyncState(spark, table, keySchema, new SyncState.Sizes(0, 1 << 20), null);
  }
}
