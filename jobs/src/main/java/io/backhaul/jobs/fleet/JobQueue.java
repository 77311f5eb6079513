/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Jobs that are due, and who works on which. Several workers use it at once. A job is there from
 * when it is added until a worker ends it; no worker is needed for one that dies to be given to
 * another.
 */
public interface JobQueue {

  /** Adds jobs; one whose sync has a job in the queue already is left out. */
  void add(Collection<Job> jobs);

  /**
   * Gives a worker up to {@code most} jobs that no other worker has, and counts as a sign of its
   * life. Jobs of workers that were not heard of for the term of a lease are free again.
   *
   * @param worker its name, which no other worker has
   * @param now by the clock that all workers share
   */
  List<JobLease> lease(String worker, int most, Instant now);

  /** A sign of life: the worker keeps what it has. Says nothing of leases that it has lost. */
  void beat(String worker, Instant now);

  /**
   * Ends a job, or puts it back if its outcome is {@link JobEnd.Outcome#DEFERRED}; its account is
   * then held for as long as the circuit says, and a minute at least.
   *
   * @return false, and nothing is changed, if the worker has lost the lease meanwhile
   */
  boolean end(JobLease lease, JobEnd end, Instant now);

  /** Accounts whose jobs are not started because their circuit is open, by name. */
  List<HeldAccount> held(Instant now);

  /** Jobs that wait, the held ones included, and jobs that are leased. */
  Counts counts();

  /**
   * How full a queue is.
   *
   * @param waiting jobs that no worker has
   * @param leased jobs that a worker has, dead or alive
   */
  record Counts(int waiting, int leased) {}
}
