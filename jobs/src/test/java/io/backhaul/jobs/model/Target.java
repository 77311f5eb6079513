/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import io.backhaul.jobs.model.Violation.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The destination, and the network before it. It also knows what nobody in the protocol does: what
 * was really applied, and in what order.
 */
final class Target {

  /** A request that its sender has given up on. */
  record Late(ModelRun run, long id, int keys) {}

  /** What a request came to. */
  record Answer(int applied, int rejected, int retry) {}

  private final Setup setup;
  private final Set<Limit> limits;
  private final Map<Long, Answer> memory = new HashMap<>();
  private final int[] acknowledgedVersion;
  private final int[] appliedVersion;

  final List<Late> network = new ArrayList<>();

  /** Value of each record, 0 where there is none. */
  final int[] held;

  /** As {@link #held}, without what came after its run had been settled. */
  final int[] orderly;

  final int[] inserts;
  final ModelRun[] lastRun;
  int strayInserts;

  /** Keys that a run was told had been applied, and that something else had overwritten. */
  int overwritten;

  /** Keys that may have been applied without anybody's having noted it. */
  int mayRepeat;

  Target(Setup setup, Set<Limit> limits) {
    this.setup = setup;
    this.limits = limits;
    held = new int[setup.keys()];
    orderly = new int[setup.keys()];
    inserts = new int[setup.keys()];
    acknowledgedVersion = new int[setup.keys()];
    appliedVersion = new int[setup.keys()];
    lastRun = new ModelRun[setup.keys()];
  }

  /** Somebody is about to make a request. */
  void sending(ModelRun run, int keys) {
    if (run.settled) {
      return;
    }
    for (int key = 0; key < held.length; key++) {
      boolean known =
          (run.acknowledged >> key & 1) == 1 || acknowledgedVersion[key] == run.version[key];
      if ((keys >> key & 1) == 1 && known) {
        throw new Violation(Rule.ACKNOWLEDGED_IS_SENT_AGAIN, "key " + key + ", run " + run.number);
      }
    }
  }

  /** A journal says, for good, that these were applied. */
  void acknowledged(ModelRun run, int keys) {
    if (run.settled) {
      return;
    }
    run.acknowledged |= keys;
    mayRepeat &= ~keys;
    for (int key = 0; key < held.length; key++) {
      if ((keys >> key & 1) == 1) {
        acknowledgedVersion[key] = run.version[key];
      }
    }
  }

  /** What the run hears of now was applied before; that counts if nothing has come since. */
  void adopt(ModelRun run, int keys) {
    for (int key = 0; key < held.length; key++) {
      int value = (run.deletes >> key & 1) == 1 ? 0 : run.value[key];
      if ((keys >> key & 1) == 0) {
        continue;
      }
      if (held[key] == value) {
        orderly[key] = value;
        lastRun[key] = run;
      } else {
        overwritten |= 1 << key;
      }
    }
  }

  /** Applies a request as far as it is good; one that it remembers it answers as it did then. */
  Answer write(ModelRun run, long id, int keys, int rejected, int retry, boolean late) {
    Answer remembered = setup.memory() ? memory.get(id) : null;
    if (remembered != null) {
      run.applied |= remembered.applied();
      if (!run.settled) {
        adopt(run, remembered.applied());
      }
      return remembered;
    }
    int applied = keys & ~rejected & ~retry;
    for (int key = 0; key < held.length; key++) {
      if ((applied >> key & 1) == 1) {
        apply(run, key, late);
      }
    }
    run.applied |= applied;
    Answer answer = new Answer(applied, rejected, retry);
    if (setup.memory() && retry == 0) {
      memory.put(id, answer);
    }
    return answer;
  }

  private void apply(ModelRun run, int key, boolean late) {
    int bit = 1 << key;
    int value = (run.deletes & bit) != 0 ? 0 : run.value[key];
    held[key] = value;
    boolean stray = run.settled;
    if (setup.kind() == Setup.Kind.INSERT) {
      insert(run, key, stray);
    }
    if (stray) {
      return;
    }
    if (!late && appliedVersion[key] == run.version[key] && (mayRepeat & bit) == 0) {
      throw new Violation(
          Rule.SENT_AGAIN_WITHOUT_HAVING_BEEN_IN_FLIGHT, "key " + key + ", run " + run.number);
    }
    overwritten &= ~bit;
    orderly[key] = value;
    appliedVersion[key] = run.version[key];
    lastRun[key] = run;
  }

  private void insert(ModelRun run, int key, boolean stray) {
    int bit = 1 << key;
    boolean again = inserts[key]++ > 0;
    boolean strayed = stray || (strayInserts & bit) != 0;
    if (stray) {
      strayInserts |= bit;
    }
    if (!again || !setup.deadLetter()) {
      return;
    }
    boolean excused =
        (strayed && limits.contains(Limit.STRAY))
            || (setup.memory() && limits.contains(Limit.REBATCHED));
    if (!excused) {
      throw new Violation(Rule.APPLIED_MORE_THAN_ONCE, "key " + key + ", run " + run.number);
    }
  }
}
