/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.platform;

import static org.apache.spark.sql.functions.lit;

import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows that Spark keeps for one run, whatever other runs of the application keep. Not as {@code
 * persist} and {@code unpersist} do it: those take equal plans for one and the same, so that either
 * run would release the rows of both, and to release any rows they wait until no other are being
 * computed, so that one slow source would hold up all runs. Thread-safe.
 */
public final class KeptRows {

  private KeptRows() {}

  /**
   * The same rows, kept from when they are first computed until {@link #release}.
   *
   * @return what to read from here on; reading {@code rows} computes them again
   */
  public static Dataset<Row> keep(Dataset<Row> rows, StorageLevel level) {
    // no other plan has this condition, and Spark drops it when it optimises
    return rows.where(lit(UUID.randomUUID().toString()).isNotNull()).persist(level);
  }

  /**
   * Keeps rows no longer, and does not wait for it. Rows that were kept of these must have been
   * released before.
   *
   * @param kept what {@link #keep} returned
   */
  public static void release(Dataset<Row> kept) {
    try {
      SparkPlatform.release(kept);
    } catch (LinkageError e) { // builds of Spark without its own classes
      kept.unpersist();
    }
  }
}
