/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import org.apache.spark.sql.SparkSession;

/** The session may run two attempts of one task at once, which would send its batches twice. */
public final class SpeculationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private SpeculationException() {
    super(
        "spark.speculation is on, and a speculative task sends the batches of the task it races;"
            + " start the session with spark.speculation=false");
  }

  static void refuse(SparkSession spark) {
    if (spark.sparkContext().getConf().getBoolean("spark.speculation", false)) {
      throw new SpeculationException();
    }
  }
}
