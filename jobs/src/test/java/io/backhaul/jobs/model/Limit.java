/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

/** Where the promise ends: what no protection of Backhaul keeps from happening to a record. */
enum Limit {
  /**
   * A request reached the destination after its run had been settled: it was late on the network,
   * or its sender was asleep. It may overwrite what a later run sent, or insert a second time.
   */
  STRAY,
  /**
   * A change was applied and its answer lost, and before the next run the warehouse went back to
   * what state holds: the diff sees nothing to send.
   */
  REVERTED,
  /**
   * A destination that remembers batches answered for one that it had overwritten since: A, then B
   * in doubt, then A again under the same id.
   */
  REPLAYED,
  /** An insert was in doubt and came again in another batch, which a memory of batches misses. */
  REBATCHED
}
