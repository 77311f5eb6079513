/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import java.util.ArrayList;
import java.util.List;

/** One attempt at one partition, with what earlier attempts of it left. */
final class ModelTask {

  static final int MOST_ATTEMPTS = 4;

  final World world;
  final ModelRun run;
  final int partition;
  final int attempt;
  final List<ModelRun.Batch> batches;
  final ModelRun.JournalFile file;
  final Lane[] lanes;

  private final boolean[] complete;
  private final int[] settledEarlier;
  private final boolean[] inDoubtEarlier;
  private int next;

  /** Nothing more is to be sent. */
  boolean stopped;

  /** It stopped because the destination was down. */
  boolean outOfPatience;

  ModelTask(World world, ModelRun run, int partition, int attempt) {
    this.world = world;
    this.run = run;
    this.partition = partition;
    this.attempt = attempt;
    this.batches = run.batches(world.setup, partition);
    this.complete = new boolean[batches.size()];
    this.settledEarlier = new int[batches.size()];
    this.inDoubtEarlier = new boolean[batches.size()];
    if (world.has(Protection.JOURNAL_READ_ON_RETRY)) {
      run.journal.stream()
          .filter(written -> written.partition() == partition)
          .forEach(written -> written.frames().forEach(this::earlier));
    }
    this.file = new ModelRun.JournalFile(partition, new ArrayList<>());
    run.journal.add(file);
    this.lanes = new Lane[world.setup.lanes()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane(this);
    }
  }

  private void earlier(Frame frame) {
    if (frame.intent() != 0) {
      inDoubtEarlier[frame.batch()] = true;
      return;
    }
    settledEarlier[frame.batch()] |= frame.outcomes() & ~frame.deferred();
    inDoubtEarlier[frame.batch()] = false;
    if (frame.last() && frame.deferred() == 0) {
      complete[frame.batch()] = true;
    }
  }

  /** The next batch that no earlier attempt completed, or -1. */
  int take() {
    while (!stopped && next < batches.size()) {
      int taken = next++;
      if (!complete[taken]) {
        return taken;
      }
    }
    return -1;
  }

  int settledEarlier(int batch) {
    return settledEarlier[batch];
  }

  boolean inDoubtEarlier(int batch) {
    return inDoubtEarlier[batch];
  }

  boolean ended() {
    for (Lane lane : lanes) {
      if (!lane.idle()) {
        return false;
      }
    }
    if (stopped) {
      return true;
    }
    while (next < batches.size() && complete[next]) {
      next++;
    }
    return next == batches.size();
  }

  /** Whoever dies, or is presumed dead, leaves these to be sent again. */
  void markInFlight() {
    for (Lane lane : lanes) {
      world.target.mayRepeat |= lane.inFlight();
    }
  }

  /** Durable from here on. */
  void write(Frame frame) {
    file.frames().add(frame);
    if (frame.applied() != 0) {
      world.target.acknowledged(run, frame.applied());
    }
  }
}
