/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import io.backhaul.jobs.model.Violation.Rule;
import java.util.Set;

/** Holds the tables against what the destination really holds. */
final class Oracle {

  private final World world;
  private final Setup setup;
  private final Tables tables;
  private final Target target;
  private final Set<Limit> limits;

  Oracle(World world, Set<Limit> limits) {
    this.world = world;
    this.setup = world.setup;
    this.tables = world.tables;
    this.target = world.target;
    this.limits = limits;
  }

  void stateAdvanced(int keys) {
    for (int key = 0; key < tables.state.length; key++) {
      if ((keys >> key & 1) == 1 && differs(key) && !replayed(key)) {
        throw new Violation(
            Rule.STATE_IS_AHEAD_OF_THE_DESTINATION,
            "key " + key + ": " + tables.state[key] + ", not " + target.orderly[key]);
      }
    }
  }

  private boolean differs(int key) {
    if (setup.kind() == Setup.Kind.INSERT) {
      return tables.state[key] != 0 && target.inserts[key] == 0;
    }
    int held = limits.contains(Limit.STRAY) ? target.orderly[key] : target.held[key];
    return tables.state[key] != held;
  }

  private boolean replayed(int key) {
    return limits.contains(Limit.REPLAYED) && (target.overwritten >> key & 1) == 1;
  }

  /** Whoever dies, dies where a reader of the tables finds every row of state accounted for. */
  void died() {
    for (int key = 0; key < tables.state.length; key++) {
      int run = tables.stateRun[key];
      if (run != 0 && world.run(run).deliveries[key] == 0) {
        throw new Violation(Rule.STATE_WITHOUT_DELIVERY, "key " + key + " of run " + run);
      }
    }
  }

  /** After a last run in which nothing went wrong. */
  void atTheEnd() {
    for (int key = 0; key < tables.state.length; key++) {
      int want = world.warehouse[key];
      int state = tables.state[key];
      int letter = tables.letterHash[key];
      boolean inDoubt = (tables.lettersInDoubt >> key & 1) == 1;
      if (letter != 0 && tables.stateRun[key] > tables.letterRun[key]) {
        throw new Violation(Rule.APPLIED_AND_IN_DEAD_LETTERS, "key " + key);
      }
      if (letter != (want == 0 ? state : want) && !inDoubt && isMissing(want, state)) {
        throw new Violation(
            Rule.NEITHER_APPLIED_NOR_IN_DEAD_LETTERS, "key " + key + ", value " + want);
      }
      if (letter == 0 && differs(key) && !replayed(key) && !reverted(key)) {
        throw new Violation(
            Rule.DESTINATION_DIFFERS_IN_THE_END,
            "key " + key + " is " + target.held[key] + ", and " + state + " in state");
      }
    }
  }

  private boolean isMissing(int want, int state) {
    return switch (setup.kind()) {
      case MIRROR -> state != want;
      case WATERMARK -> want != 0 && state != want;
      case INSERT -> want != 0 && state == 0;
    };
  }

  /** The last application was never known to have been one, and then there was nothing to send. */
  private boolean reverted(int key) {
    ModelRun last = target.lastRun[key];
    return limits.contains(Limit.REVERTED)
        && last != null
        && (last.reportedApplied >> key & 1) == 0;
  }
}
