/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** In which order waiting jobs are taken. Not thread-safe: a queue guards its line. */
public interface Line {

  /** Adds a job that waits, or waits again. */
  void add(Job job);

  /** Takes the job that is next; empty if none may start now. */
  Optional<Job> take(Instant now);

  /** A job that never waited here is at work: somebody took it before this line was made. */
  void working(Job job);

  /** A job at work has read for long: until it leaves, it does not count for its account. */
  void reads(Job job);

  /** A job that was taken is no longer at work. */
  void left(Job job);

  /** The circuit of an account is now as the report says. */
  void circuit(String account, CircuitReport circuit);

  /** Accounts with waiting jobs whose circuit is open now. */
  List<HeldAccount> held(Instant now);

  /** Jobs that wait, in no order. */
  List<Job> waiting();

  /** How many jobs wait. */
  int size();
}
