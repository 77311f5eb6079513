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
import java.util.stream.Stream;

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

  private final MemoryLog before;

  MemoryLog() {
    this(Earlier.NONE, null);
  }

  private MemoryLog(Earlier earlier, MemoryLog before) {
    this.earlier = earlier;
    this.before = before;
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
      String name = record.key() + "@" + record.rowHash();
      if (has(name)) {
        throw new AssertionError("a second outcome for one record: " + record);
      }
      byKey.put(name, record);
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

  /** The outcome a record had in this attempt or in one before. */
  synchronized RecordOutcome everOf(Change change) {
    RecordOutcome outcome = of(change);
    return outcome != null || before == null ? outcome : before.everOf(change);
  }

  private synchronized boolean has(String name) {
    return byKey.containsKey(name) || (before != null && before.has(name));
  }

  /** Outcomes of this attempt and of those before. */
  synchronized Map<String, RecordOutcome> everyOutcome() {
    Map<String, RecordOutcome> all = new HashMap<>(byKey);
    if (before != null) {
      all.putAll(before.everyOutcome());
    }
    return all;
  }

  /** The journal of the task's next attempt. */
  MemoryLog nextAttempt() {
    return new MemoryLog(new Noted(), this);
  }

  /** What this attempt and those before it noted. */
  private final class Noted implements Earlier {

    @Override
    public boolean complete(String batchId) {
      return of(batchId).anyMatch(BatchOutcome::last) || earlier.complete(batchId);
    }

    @Override
    public Map<String, Outcome> settled(String batchId) {
      Map<String, Outcome> settled = new HashMap<>(earlier.settled(batchId));
      of(batchId)
          .flatMap(outcome -> outcome.outcomes().stream())
          .forEach(record -> settled.put(record.key(), record.outcome()));
      return settled;
    }

    @Override
    public boolean inDoubt(String batchId) {
      return (intents().stream().anyMatch(batch -> batch.id().equals(batchId))
              || earlier.inDoubt(batchId))
          && of(batchId).findAny().isEmpty();
    }

    @Override
    public Optional<JobHandle> job(String batchId) {
      return jobs().stream()
          .filter(job -> job.batchId().equals(batchId))
          .findAny()
          .or(() -> earlier.job(batchId));
    }

    private Stream<BatchOutcome> of(String batchId) {
      return appended().stream().filter(outcome -> outcome.batchId().equals(batchId));
    }
  }
}
