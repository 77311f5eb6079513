/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.JobHandle;
import io.backhaul.destination.Op;
import io.backhaul.destination.send.BatchOutcome;
import java.util.List;

/** One entry of a partition's journal. */
sealed interface JournalFrame {

  /**
   * A batch is about to be sent that must not be sent twice.
   *
   * @param keys of its records, which are in doubt until their outcome follows
   */
  record Intent(String batchId, Op op, List<String> keys, List<Long> rowHashes)
      implements JournalFrame {}

  /** A vendor job carries a batch. */
  record Job(JobHandle handle) implements JournalFrame {}

  /** Outcomes of a batch, all of them or some. */
  record Outcomes(BatchOutcome outcome) implements JournalFrame {}
}
