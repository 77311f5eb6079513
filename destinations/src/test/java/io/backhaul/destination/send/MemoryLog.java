/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.JobHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A journal in memory that survives what it is told to survive: {@link #earlier} shows the next
 * attempt what this one noted. Fails the test if a record gets a second outcome.
 */
final class MemoryLog implements OutcomeLog {

  private final Earlier earlier;
  private final List<BatchOutcome> appended = new ArrayList<>();
  private final Map<String, RecordOutcome> byKey = new LinkedHashMap<>();
  private final Map<String, Batch> intents = new LinkedHashMap<>();
  private final Map<String, JobHandle> jobs = new HashMap<>();
  private Consumer<BatchOutcome> onAppend = outcome -> {};

  MemoryLog() {
    this(Earlier.NONE);
  }

  private MemoryLog(Earlier earlier) {
    this.earlier = earlier;
  }

  /** From now on called before an outcome is noted. */
  void onAppend(Consumer<BatchOutcome> hook) {
    onAppend = hook;
  }

  @Override
  public synchronized void intent(Batch batch) {
    intents.put(batch.id(), batch);
  }

  @Override
  public synchronized void job(JobHandle job) {
    jobs.put(job.batchId(), job);
  }

  @Override
  public synchronized void append(BatchOutcome outcome) {
    onAppend.accept(outcome);
    for (RecordOutcome record : outcome.outcomes()) {
      RecordOutcome before = byKey.put(record.key() + "@" + record.rowHash(), record);
      if (before != null) {
        throw new AssertionError("a second outcome for one record: " + before + ", " + record);
      }
    }
    appended.add(outcome);
  }

  @Override
  public Earlier earlier() {
    return earlier;
  }

  synchronized List<BatchOutcome> appended() {
    return List.copyOf(appended);
  }

  synchronized List<Batch> intents() {
    return List.copyOf(intents.values());
  }

  synchronized List<JobHandle> jobs() {
    return List.copyOf(jobs.values());
  }

  /** Outcome by key and hash, {@code key@hash}. */
  synchronized Map<String, RecordOutcome> outcomes() {
    return Map.copyOf(byKey);
  }

  synchronized RecordOutcome of(Change change) {
    return byKey.get(change.key() + "@" + change.rowHash());
  }

  synchronized Map<Outcome, Integer> counts() {
    Map<Outcome, Integer> counts = new TreeMap<>();
    byKey.values().forEach(record -> counts.merge(record.outcome(), 1, Integer::sum));
    return counts;
  }

  /** The journal of the task's next attempt. */
  synchronized MemoryLog nextAttempt() {
    List<BatchOutcome> noted = List.copyOf(appended);
    Map<String, Batch> intended = Map.copyOf(intents);
    Map<String, JobHandle> started = Map.copyOf(jobs);
    return new MemoryLog(
        new Earlier() {
          @Override
          public boolean complete(String batchId) {
            return noted.stream().anyMatch(o -> o.batchId().equals(batchId) && o.last());
          }

          @Override
          public Map<String, Outcome> settled(String batchId) {
            Map<String, Outcome> settled = new HashMap<>();
            noted.stream()
                .filter(outcome -> outcome.batchId().equals(batchId))
                .flatMap(outcome -> outcome.outcomes().stream())
                .forEach(record -> settled.put(record.key(), record.outcome()));
            return settled;
          }

          @Override
          public boolean inDoubt(String batchId) {
            return intended.containsKey(batchId)
                && noted.stream().noneMatch(outcome -> outcome.batchId().equals(batchId));
          }

          @Override
          public Optional<JobHandle> job(String batchId) {
            return Optional.ofNullable(started.get(batchId));
          }
        });
  }
}
