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

  /** The outcome after which a record is not sent again: of this attempt, or final before it. */
  synchronized RecordOutcome finalOf(Change change) {
    RecordOutcome outcome = of(change);
    if (outcome != null || before == null) {
      return outcome;
    }
    RecordOutcome earlier = before.finalOf(change);
    return earlier == null || deferred(earlier) ? null : earlier;
  }

  private synchronized boolean has(String name) {
    return byKey.containsKey(name) || (before != null && before.settled(name));
  }

  /** What an earlier attempt deferred may have another outcome now. */
  private synchronized boolean settled(String name) {
    RecordOutcome outcome = byKey.get(name);
    return (outcome != null && outcome.outcome() != Outcome.DEFERRED)
        || (before != null && before.settled(name));
  }

  /**
   * Outcomes of this attempt and of those before; none where something was deferred and then sent
   * again by an attempt that died of it.
   */
  synchronized Map<String, RecordOutcome> everyOutcome() {
    Map<String, RecordOutcome> all = before == null ? new HashMap<>() : before.everyOutcome();
    intents.values().stream()
        .flatMap(batch -> batch.changes().stream())
        .map(change -> change.key() + "@" + change.rowHash())
        .filter(name -> all.containsKey(name) && deferred(all.get(name)))
        .forEach(all::remove);
    byKey.forEach(
        (name, outcome) -> {
          if (!all.containsKey(name) || deferred(all.get(name))) {
            all.put(name, outcome);
          }
        });
    return all;
  }

  private static boolean deferred(RecordOutcome record) {
    return record.outcome() == Outcome.DEFERRED;
  }

  /** The journal of the task's next attempt. */
  MemoryLog nextAttempt() {
    return new MemoryLog(new Noted(), this);
  }

  /** The same of a sender that forgets its intents: the twin that shows what they are for. */
  MemoryLog nextAttemptWithoutIntents() {
    intents.clear();
    return nextAttempt();
  }

  /** What this attempt and those before it noted. */
  private final class Noted implements Earlier {

    @Override
    public boolean complete(String batchId) {
      return (last(batchId) && records(batchId).noneMatch(MemoryLog::deferred))
          || earlier.complete(batchId);
    }

    @Override
    public Map<String, Outcome> settled(String batchId) {
      Map<String, Outcome> settled = new HashMap<>(earlier.settled(batchId));
      records(batchId)
          .filter(record -> !deferred(record))
          .forEach(record -> settled.put(record.key(), record.outcome()));
      return settled;
    }

    @Override
    public boolean inDoubt(String batchId) {
      boolean intended = intents().stream().anyMatch(batch -> batch.id().equals(batchId));
      return (intended && !last(batchId)) || earlier.inDoubt(batchId);
    }

    @Override
    public Optional<JobHandle> job(String batchId) {
      return jobs().stream()
          .filter(job -> job.batchId().equals(batchId))
          .findAny()
          .or(() -> earlier.job(batchId));
    }

    private boolean last(String batchId) {
      return of(batchId).anyMatch(BatchOutcome::last);
    }

    private Stream<RecordOutcome> records(String batchId) {
      return of(batchId).flatMap(outcome -> outcome.outcomes().stream());
    }

    private Stream<BatchOutcome> of(String batchId) {
      return appended().stream().filter(outcome -> outcome.batchId().equals(batchId));
    }
  }
}
