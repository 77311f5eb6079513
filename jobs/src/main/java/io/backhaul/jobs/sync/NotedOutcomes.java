/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks up what one attempt noted, asked in the order of the plan that it delivered. Batches hold
 * keys in that order and only overtake each other, so that one look a batch is enough; what does
 * not fit that is looked up key by key. In memory are the outcomes that came before their turn: of
 * a run in which every operation has an outcome, about as many as were in flight. Not thread-safe.
 */
final class NotedOutcomes {

  private final JournalAttempt noted;

  /** Batches of which nothing was asked for yet, by their first key. */
  private final Map<String, Deque<JournaledOutcome>> early = new HashMap<>();

  /** Outcomes that are out of their batch's order. */
  private final Map<String, JournaledOutcome> strays = new HashMap<>();

  private Deque<JournaledOutcome> current = new ArrayDeque<>();

  NotedOutcomes(JournalAttempt noted) {
    this.noted = noted;
  }

  /** Takes out the outcome of a key; null if none was noted, or if it was taken before. */
  JournaledOutcome take(String key) {
    if (!current.isEmpty() && current.element().key().equals(key)) {
      return current.remove();
    }
    stray(current);
    JournaledOutcome stray = strays.isEmpty() ? null : strays.remove(key);
    if (stray != null) {
      return stray;
    }
    Deque<JournaledOutcome> batch = beginningWith(key);
    if (batch == null) { // all of the journal is read, and no batch is where it should be
      early.values().forEach(this::stray);
      early.clear();
      return strays.remove(key);
    }
    current = batch;
    return current.remove();
  }

  private Deque<JournaledOutcome> beginningWith(String key) {
    Deque<JournaledOutcome> batch = early.remove(key);
    while (batch == null && noted.hasNext()) {
      Deque<JournaledOutcome> next = noted.nextBatch();
      String first = next.element().key();
      if (first.equals(key)) {
        batch = next;
      } else if (early.putIfAbsent(first, next) != null) {
        stray(next);
      }
    }
    return batch;
  }

  private void stray(Deque<JournaledOutcome> batch) {
    while (!batch.isEmpty()) {
      JournaledOutcome outcome = batch.remove();
      strays.put(outcome.key(), outcome);
    }
  }

  /** What nobody took: outcomes of keys that were not planned. */
  List<JournaledOutcome> left() {
    List<JournaledOutcome> left = new ArrayList<>(current);
    early.values().forEach(left::addAll);
    left.addAll(strays.values());
    noted.forEachRemaining(left::add);
    return left;
  }
}
