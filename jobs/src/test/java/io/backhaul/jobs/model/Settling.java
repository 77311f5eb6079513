/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import io.backhaul.jobs.model.Violation.Rule;
import java.util.List;

/** Settles one run, a write at a time: its own process's, or one that died. */
final class Settling {

  private enum Write {
    READ,
    LEASE,
    DELIVERIES,
    LETTERS,
    STATE,
    WATERMARK,
    JOURNAL_GOES
  }

  private static final List<Write> ORDER =
      List.of(
          Write.READ,
          Write.LEASE,
          Write.DELIVERIES,
          Write.LETTERS,
          Write.LEASE,
          Write.STATE,
          Write.WATERMARK,
          Write.JOURNAL_GOES);
  private static final List<Write> STATE_FIRST =
      List.of(
          Write.READ,
          Write.LEASE,
          Write.STATE,
          Write.DELIVERIES,
          Write.LETTERS,
          Write.LEASE,
          Write.WATERMARK,
          Write.JOURNAL_GOES);

  private final World world;
  private final Tables tables;
  private final ModelProcess process;
  private final ModelRun run;
  private final List<Write> order;
  private int at;

  private int applied;
  private int rejected;
  private int unknown;
  private int deferred;

  Settling(World world, ModelProcess process, ModelRun run) {
    this.world = world;
    this.tables = world.tables;
    this.process = process;
    this.run = run;
    this.order = world.has(Protection.STATE_LAST) ? ORDER : STATE_FIRST;
  }

  ModelRun run() {
    return run;
  }

  /** Does the next write; returns whether it was the last. */
  boolean step() {
    switch (order.get(at)) {
      case READ -> {
        if (!run.stored && nothingWasSent()) {
          return true;
        }
        read();
      }
      case LEASE -> process.check();
      case DELIVERIES -> deliveries();
      case LETTERS -> letters();
      case STATE -> state();
      case WATERMARK -> watermark();
      case JOURNAL_GOES -> {
        if (!run.journal.isEmpty()) {
          run.journal.remove(run.number % 2 == 0 ? 0 : run.journal.size() - 1);
          return false;
        }
        run.folder = false;
        if (run.settledBy < 0) {
          run.settledBy = process.number;
        }
        return true;
      }
    }
    at++;
    return false;
  }

  /** Whether it died before its plan was there. */
  private boolean nothingWasSent() {
    if (run.counted && !world.has(Protection.UNSTORED_PLANS_PASSED_OVER)) {
      throw new Violation(
          Rule.BALANCE_IS_BROKEN, "run " + run.number + " counted what is not there");
    }
    run.folder = false;
    return true;
  }

  private void read() {
    world.markInFlight(run);
    int unanswered = 0;
    for (ModelRun.JournalFile file : run.journal) {
      int open = 0;
      for (Frame frame : file.frames()) {
        open = (open | frame.intent()) & ~frame.outcomes();
        applied |= frame.applied();
        rejected |= frame.rejected();
        unknown |= frame.unknown();
        deferred |= frame.deferred();
      }
      unanswered |= open;
    }
    if (process.holdsLease()) {
      world.target.adopt(run, applied & run.applied);
      run.settled = true;
    }
    rejected &= ~applied;
    unknown = (unknown | unanswered) & ~(applied | rejected);
    deferred &= ~(applied | rejected | unknown);
    int named = applied | rejected | unknown | deferred;
    if ((named & ~run.planned()) != 0) {
      throw new Violation(Rule.BALANCE_IS_BROKEN, "run " + run.number + " has outcomes unplanned");
    }
    deferred |= run.planned() & ~named;
  }

  private boolean passes(long epoch, long last) {
    if (epoch == last) {
      return !world.has(Protection.SETTLED_ONCE);
    }
    return epoch > last || !world.has(Protection.FENCE);
  }

  private void deliveries() {
    if (!passes(run.epoch, tables.deliveriesEpoch)) {
      return;
    }
    tables.deliveriesEpoch = run.epoch;
    refuseReplaced();
    confirmed(applied);
    for (int key = 0; key < run.deliveries.length; key++) {
      if ((run.planned() >> key & 1) == 1 && ++run.deliveries[key] > 1) {
        throw new Violation(
            Rule.AN_OUTCOME_IS_REPORTED_TWICE, "key " + key + " of run " + run.number);
      }
    }
    run.reportedApplied |= applied;
  }

  private void letters() {
    boolean inDoubtToo = world.setup.kind() == Setup.Kind.INSERT && world.setup.deadLetter();
    int failed = rejected | (inDoubtToo ? unknown : 0);
    if (run.openLetters) {
      long fence = process.nextFence();
      if (fence <= tables.lettersFence && world.has(Protection.FENCE)) {
        process.leaseLost();
        return;
      }
      tables.lettersFence = fence;
      refuseReplaced();
    } else if (failed == 0 || !passes(run.epoch, tables.lettersEpoch)) {
      return;
    } else {
      tables.lettersEpoch = run.epoch;
      refuseReplaced();
    }
    for (int key = 0; key < run.value.length; key++) {
      int bit = 1 << key;
      if ((failed & bit) != 0) {
        tables.letterHash[key] = run.value[key];
        tables.letterRun[key] = run.number;
        tables.lettersInDoubt = (tables.lettersInDoubt & ~bit) | (unknown & bit);
      } else if (run.openLetters && (applied & bit) != 0) {
        tables.letterHash[key] = 0;
        tables.lettersInDoubt &= ~bit;
      }
    }
  }

  private void state() {
    int advancing = world.has(Protection.STATE_FROM_OUTCOMES) ? applied : run.planned();
    if (advancing == 0) {
      return;
    }
    long fence = process.nextFence();
    if (fence <= tables.stateFence && world.has(Protection.FENCE)) {
      process.leaseLost();
      return;
    }
    tables.stateFence = fence;
    refuseReplaced();
    confirmed(advancing);
    for (int key = 0; key < run.value.length; key++) {
      if ((advancing >> key & 1) == 1) {
        tables.state[key] = (run.deletes >> key & 1) == 1 ? 0 : run.value[key];
        tables.stateRun[key] = run.number;
      }
    }
    world.oracle.stateAdvanced(advancing);
  }

  private void watermark() {
    int deleted = applied & run.deletes;
    boolean moves = world.setup.kind() == Setup.Kind.WATERMARK;
    if (deleted == 0 && !moves) {
      return;
    }
    long fence = process.nextFence();
    if (fence <= tables.watermarkFence && world.has(Protection.FENCE)) {
      process.leaseLost();
      return;
    }
    tables.watermarkFence = fence;
    refuseReplaced();
    if (deleted != 0) {
      tables.deletesRun = run.number;
    }
    if (moves) {
      boolean settledInDoubt = world.setup.kind() == Setup.Kind.INSERT && world.setup.deadLetter();
      int unsettled = deferred | (settledInDoubt ? 0 : unknown);
      int cursor = run.cursor;
      for (int key = 0; key < run.value.length; key++) {
        if ((unsettled >> key & 1) == 1) {
          cursor = Math.min(cursor, run.updatedAt[key] - 1);
        }
      }
      tables.cursor = cursor;
    }
  }

  private void confirmed(int keys) {
    if ((keys & ~run.applied) != 0) {
      throw new Violation(
          Rule.REPORTED_APPLIED_WITHOUT_BEING_APPLIED,
          "keys " + Integer.toBinaryString(keys & ~run.applied) + " of run " + run.number);
    }
  }

  /** To be called where a write took effect. */
  private void refuseReplaced() {
    if (run.settledBy >= 0 && !process.holdsLease()) {
      throw new Violation(Rule.SETTLED_BY_A_RUN_THAT_WAS_REPLACED, "run " + run.number);
    }
  }
}
