/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import io.backhaul.diff.platform.KeptRows;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which keys a source's own history says were touched between two versions. */
public sealed interface ChangeFeed extends AutoCloseable {

  /** Frees what the feed holds in memory. */
  @Override
  void close();

  /**
   * The history was there and has been read.
   *
   * @param keysTouched the key columns of every row inserted, updated or deleted, each key once;
   *     held by Spark until {@link #close}
   */
  record Available(Dataset<Row> keysTouched) implements ChangeFeed {
    @Override
    public void close() {
      KeptRows.release(keysTouched);
    }
  }

  /**
   * The history does not say; the whole snapshot must be compared.
   *
   * @param reason a clause for a log line, for example {@code the change data feed is not enabled}
   */
  record Unavailable(String reason) implements ChangeFeed {
    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
