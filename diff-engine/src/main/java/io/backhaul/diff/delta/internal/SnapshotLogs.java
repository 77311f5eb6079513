/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta.internal;

import io.backhaul.diff.delta.TableLog;
import io.backhaul.diff.delta.TableLogs;
import io.backhaul.diff.delta.TablePlace;
import org.apache.spark.sql.SparkSession;

/** The way by Delta's own classes; made by name, see the package. */
public final class SnapshotLogs implements TableLogs {

  @Override
  public TableLog of(SparkSession spark, TablePlace table) {
    return new SnapshotLog(spark, table);
  }
}
