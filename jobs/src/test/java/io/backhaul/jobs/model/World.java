/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Everything there is: warehouse, tables, destination, and up to two processes. */
final class World {

  final Setup setup;
  final Tables tables;
  final Target target;
  final Oracle oracle;
  final int[] warehouse;
  private final Set<Protection> protections;
  private final int[] version;
  private final int[] updatedAt;
  private final List<ModelRun> runs = new ArrayList<>();
  private final ModelProcess[] processes = new ModelProcess[2];
  private final int[] numbers = new int[1];
  private int now = 1;

  World(Setup setup, Set<Protection> protections, Set<Limit> limits) {
    this.setup = setup;
    this.protections = protections;
    this.tables = new Tables(setup.keys());
    this.target = new Target(setup, limits);
    this.warehouse = new int[setup.keys()];
    this.version = new int[setup.keys()];
    this.updatedAt = new int[setup.keys()];
    this.oracle = new Oracle(this, limits);
    for (int key = 0; key < setup.keys(); key++) {
      row(key, 1);
    }
  }

  /** Plays a schedule and a last run in which nothing goes wrong; a broken promise is thrown. */
  static void play(Schedule schedule, Set<Protection> protections, Set<Limit> limits) {
    World world = new World(schedule.setup(), protections, limits);
    for (Step step : schedule.steps()) {
      world.take(step);
    }
    world.end();
  }

  boolean has(Protection protection) {
    return protections.contains(protection);
  }

  private void take(Step step) {
    ModelProcess process = processes[step.process()];
    boolean awake = process != null && !process.asleep;
    switch (step.kind()) {
      case ROW -> row(step.what() % setup.keys(), step.how());
      case START -> start(step.process());
      case DRIVE -> {
        if (awake) {
          process.drive();
        }
      }
      case LANE -> {
        Lane lane = awake ? process.lane(step.what()) : null;
        if (lane != null) {
          lane.step(step.fate(), step.how());
        }
      }
      case FINISH -> {
        if (awake) {
          process.finish(step.fate(), step.how());
        }
      }
      case TASK_DIES -> {
        if (awake) {
          process.taskDies(step.what());
        }
      }
      case DIES -> dies(step.process());
      case SLEEPS -> {
        if (awake) {
          process.asleep = true;
        }
      }
      case WAKES -> {
        if (process != null) {
          process.asleep = false;
        }
      }
      case RENEWS -> {
        if (awake) {
          process.renew();
        }
      }
      case LEASE_RUNS_OUT -> leaseRunsOut();
      case ARRIVES -> arrives(step.what());
    }
    if (process != null && process.ended()) {
      processes[step.process()] = null;
    }
  }

  private void row(int key, int value) {
    if (warehouse[key] != value) {
      warehouse[key] = value;
      version[key]++;
      updatedAt[key] = ++now;
    }
  }

  private void start(int slot) {
    boolean free = !tables.leaseHeld || tables.leaseRanOut || !has(Protection.LEASE);
    if (processes[slot] == null && free) {
      tables.leaseHeld = true;
      tables.leaseRanOut = false;
      processes[slot] = new ModelProcess(this, ++numbers[0], ++tables.leaseEpoch);
    }
  }

  private void dies(int slot) {
    if (processes[slot] != null) {
      for (ModelRun run : runs) {
        processes[slot].markInFlight(run);
      }
      processes[slot] = null;
      oracle.died();
    }
  }

  /** A holder that is awake renews in time. */
  private void leaseRunsOut() {
    for (ModelProcess process : processes) {
      if (process != null && !process.asleep && process.epoch == tables.leaseEpoch) {
        return;
      }
    }
    tables.leaseRanOut = true;
  }

  private void arrives(int index) {
    if (!target.network.isEmpty()) {
      Target.Late late = target.network.remove(index % target.network.size());
      target.write(late.run(), late.id(), late.keys(), 0, 0, true);
    }
  }

  private void end() {
    dies(0);
    dies(1);
    leaseRunsOut();
    start(0);
    processes[0].finish(Fate.ANSWERED, 0);
    oracle.atTheEnd();
  }

  /** READ and DIFF: compares the warehouse, as it is now, with state. */
  ModelRun plan(long epoch) {
    ModelRun run = new ModelRun(runs.size() + 1, epoch, tables, setup.keys());
    runs.add(run);
    boolean everything =
        setup.kind() != Setup.Kind.WATERMARK || tables.cursor < 0 || tables.nothingDelivered();
    run.cursor = tables.cursor;
    for (int key = 0; key < warehouse.length; key++) {
      boolean candidate =
          everything || updatedAt[key] >= tables.cursor || tables.letterHash[key] != 0;
      if (candidate) {
        plan(run, key);
      }
    }
    return run;
  }

  private void plan(ModelRun run, int key) {
    int wanted = warehouse[key];
    int held = tables.state[key];
    if (wanted != 0) {
      run.cursor = Math.max(run.cursor, updatedAt[key]);
    }
    boolean deleted = wanted == 0 && held != 0 && setup.kind() == Setup.Kind.MIRROR;
    boolean written =
        wanted != 0 && wanted != held && (held == 0 || setup.kind() != Setup.Kind.INSERT);
    int hash = deleted ? held : wanted;
    boolean inDoubt =
        (tables.lettersInDoubt >> key & 1) == 1 && has(Protection.DOUBT_OUTLASTS_CHANGES);
    if ((!deleted && !written) || tables.letterHash[key] == hash || inDoubt) {
      return;
    }
    if (deleted) {
      run.deletes |= 1 << key;
    } else {
      run.writes |= 1 << key;
    }
    run.value[key] = hash;
    run.basis[key] = held == 0 ? run.basisOfNewKeys : tables.stateRun[key];
    run.version[key] = version[key];
    run.updatedAt[key] = updatedAt[key];
  }

  /** Whether the plan is stored before it is counted. */
  boolean firstSync() {
    return tables.nothingDelivered() && tables.openLetters() == 0;
  }

  /** Runs that were begun and not settled, oldest first. */
  Deque<ModelRun> unsettled() {
    Deque<ModelRun> unsettled = new ArrayDeque<>(2);
    for (ModelRun run : runs) {
      if (run.folder) {
        unsettled.add(run);
      }
    }
    return unsettled;
  }

  ModelRun run(int number) {
    return runs.get(number - 1);
  }

  void markInFlight(ModelRun run) {
    for (ModelProcess process : processes) {
      if (process != null) {
        process.markInFlight(run);
      }
    }
  }
}
