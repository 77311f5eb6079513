/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

/** How recovery learns what became of vendor jobs that a dead run had submitted. */
@FunctionalInterface
interface VendorJobs {

  /** Leaves them unasked: what they carry is planned anew. */
  VendorJobs NONE = (header, folder, lease) -> {};

  /**
   * Asks after the jobs and notes in the run's journal what is heard of them. A job that cannot be
   * asked after is left.
   *
   * @param lease of the run that recovers
   */
  void resume(RunHeader header, JournalFolder folder, Lease lease);
}
