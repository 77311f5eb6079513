/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.fleet.HeldAccount;
import io.backhaul.jobs.fleet.Job;
import io.backhaul.jobs.fleet.Line;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** A line without shares, caps or circuits, to show what they are for. */
final class FirstComeFirstServed implements Line {

  private final Queue<Job> jobs = new ArrayDeque<>();

  @Override
  public void add(Job job) {
    jobs.add(job);
  }

  @Override
  public Optional<Job> take(Instant now) {
    return Optional.ofNullable(jobs.poll());
  }

  @Override
  public void working(Job job) {}

  @Override
  public void reads(Job job) {}

  @Override
  public void left(Job job) {}

  @Override
  public void circuit(String account, CircuitReport circuit) {}

  @Override
  public List<HeldAccount> held(Instant now) {
    return List.of();
  }

  @Override
  public List<Job> waiting() {
    return List.copyOf(jobs);
  }

  @Override
  public int size() {
    return jobs.size();
  }
}
