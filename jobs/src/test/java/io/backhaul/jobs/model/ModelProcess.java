/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import java.util.Deque;

/** A process that runs the sync once: acquires, recovers, plans, delivers, settles, releases. */
final class ModelProcess {

  private enum At {
    RECOVER,
    DIFF,
    BEGIN,
    STORE,
    COUNTS,
    LEASE,
    DELIVER,
    WAIT,
    SETTLE,
    RELEASE,
    ENDED
  }

  private static final long SETTLEMENTS = 1_000_000;

  private final World world;
  final int number;
  final long epoch;
  private long fences;
  private boolean lost;
  private At at;
  private Deque<ModelRun> dead;
  private boolean checked;
  private Settling settling;
  private ModelRun run;
  private ModelTask[] tasks = {};
  private boolean jobFailed;
  boolean asleep;

  ModelProcess(World world, int number, long epoch) {
    this.world = world;
    this.number = number;
    this.epoch = epoch;
    this.at = world.has(Protection.RECOVERY) ? At.RECOVER : At.DIFF;
  }

  boolean ended() {
    return at == At.ENDED;
  }

  long nextFence() {
    return epoch * SETTLEMENTS + fences++;
  }

  /** Ends the run if the lease is not its own any more. */
  void check() {
    if (world.has(Protection.LEASE) && (lost || !holdsLease() || world.tables.leaseRanOut)) {
      leaseLost();
    }
  }

  boolean holdsLease() {
    return world.tables.leaseEpoch == epoch;
  }

  void leaseLost() {
    lost = true;
    at = At.ENDED;
  }

  /** The heartbeat: takes the lease for longer, or learns that another took it. */
  void renew() {
    if (holdsLease()) {
      world.tables.leaseRanOut = false;
    } else if (!lost && world.has(Protection.LEASE)) {
      lost = true;
      if (at == At.WAIT) {
        failJob();
      }
    }
  }

  /** Tasks are asked to end; requests under way get their answers. */
  private void failJob() {
    jobFailed = true;
    for (ModelTask task : tasks) {
      task.markInFlight();
      task.stopped = true;
    }
  }

  /** Does the next thing that a death could follow. */
  void drive() {
    switch (at) {
      case RECOVER -> recover();
      case DIFF -> {
        run = world.plan(epoch);
        at = run.planned() == 0 ? At.RELEASE : At.BEGIN;
      }
      case BEGIN -> {
        run.folder = true;
        run.counted = !world.firstSync();
        at = At.STORE;
      }
      case STORE -> {
        run.stored = true;
        at = run.counted ? At.LEASE : At.COUNTS;
      }
      case COUNTS -> {
        run.counted = true;
        at = At.LEASE;
      }
      case LEASE -> {
        at = At.DELIVER;
        check();
      }
      case DELIVER -> {
        tasks = new ModelTask[world.setup.partitions()];
        for (int i = 0; i < tasks.length; i++) {
          tasks[i] = new ModelTask(world, run, i, 1);
        }
        at = At.WAIT;
      }
      case WAIT -> {
        if (jobFailed || tasksEnded()) {
          settling = new Settling(world, this, run);
          at = At.SETTLE;
        }
      }
      case SETTLE -> {
        if (settling.step() && at == At.SETTLE) {
          at = At.RELEASE;
        }
      }
      case RELEASE -> {
        if (!lost && holdsLease()) {
          world.tables.leaseHeld = false;
        }
        at = At.ENDED;
      }
      case ENDED -> {}
    }
  }

  private void recover() {
    if (dead == null) {
      dead = world.unsettled();
    } else if (settling == null) {
      if (dead.isEmpty()) {
        at = At.DIFF;
        return;
      }
      if (!checked && world.has(Protection.RECOVERY_UNDER_LEASE)) {
        checked = true;
        check();
        return;
      }
      checked = false;
      ModelRun left = dead.remove();
      if (!left.counted) {
        left.folder = false;
        left.stored = false;
        return;
      }
      settling = new Settling(world, this, left);
    } else if (settling.step()) {
      settling = null;
    }
  }

  private boolean tasksEnded() {
    for (ModelTask task : tasks) {
      if (!task.ended()) {
        return false;
      }
    }
    return true;
  }

  /** A lane of a partition, if there is one. */
  Lane lane(int index) {
    if (tasks.length == 0) {
      return null;
    }
    int lane = index % (tasks.length * world.setup.lanes());
    return tasks[lane / world.setup.lanes()].lanes[lane % world.setup.lanes()];
  }

  /** An attempt dies; Spark starts another one, or lets the job fail. */
  void taskDies(int index) {
    if (at != At.WAIT || jobFailed) {
      return;
    }
    int partition = index % tasks.length;
    ModelTask dead = tasks[partition];
    if (dead.ended()) {
      return;
    }
    dead.markInFlight();
    if (dead.attempt == ModelTask.MOST_ATTEMPTS) {
      for (Lane lane : dead.lanes) {
        lane.dies();
      }
      failJob();
    } else {
      tasks[partition] = new ModelTask(world, run, partition, dead.attempt + 1);
    }
  }

  void markInFlight(ModelRun of) {
    if (run == of) {
      for (ModelTask task : tasks) {
        task.markInFlight();
      }
    }
  }

  /** Goes on to its end, with one fate for all requests. */
  void finish(Fate fate, int record) {
    int most = 500;
    while (!ended() && most-- > 0) {
      if (at == At.WAIT && !jobFailed && !tasksEnded()) {
        for (ModelTask task : tasks) {
          for (Lane lane : task.lanes) {
            lane.step(fate, record);
          }
        }
      } else {
        drive();
      }
    }
    if (!ended()) {
      throw new IllegalStateException("a run has no end");
    }
  }
}
