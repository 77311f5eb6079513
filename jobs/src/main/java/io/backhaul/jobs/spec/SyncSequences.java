/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Syncs that follow each other must not wait for each other in a circle. */
final class SyncSequences {

  private final Map<String, SyncSpec> byId = new HashMap<>();
  private final Set<String> done = new HashSet<>();
  private final SpecProblems problems;

  private SyncSequences(Collection<SyncSpec> syncs, SpecProblems problems) {
    syncs.forEach(sync -> byId.put(sync.id(), sync));
    this.problems = problems;
  }

  /** Adds one problem for each circle, to the last of its syncs in reading order. */
  static void check(Collection<SyncSpec> syncs, SpecProblems problems) {
    SyncSequences sequences = new SyncSequences(syncs, problems);
    syncs.forEach(sync -> sequences.follow(sync, new ArrayDeque<>()));
  }

  private void follow(SyncSpec sync, Deque<String> path) {
    if (done.contains(sync.id())) {
      return;
    }
    path.addLast(sync.id());
    if (sync.schedule() instanceof Schedule.After after) {
      for (int at = 0; at < after.parents().size(); at++) {
        String parent = sync.tenant() + "/" + after.parents().get(at);
        if (path.contains(parent)) {
          circle(sync, at, path.stream().dropWhile(id -> !id.equals(parent)).toList());
        } else if (byId.containsKey(parent)) {
          follow(byId.get(parent), path);
        }
      }
    }
    path.removeLast();
    done.add(sync.id());
  }

  private void circle(SyncSpec last, int at, List<String> ids) {
    problems.add(
        last.marks()
            .problem(
                "schedule.after[" + at + "]",
                "waits in a circle: "
                    + String.join(" before ", ids)
                    + " before "
                    + ids.get(0)
                    + "; give one of them a time of its own"));
  }
}
