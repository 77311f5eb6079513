/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.OutcomeLog;
import io.backhaul.destination.send.RecordOutcome;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * The journal of one partition of one run, as one task attempt sees it: it reads what earlier
 * attempts wrote and appends to a file of its own. Thread-safe.
 */
final class Journal implements OutcomeLog, Closeable {

  private final Runnable vendorJobs;
  private final JournalStore store;
  private final GroupCommit commits;
  private final Earlier earlier;

  private Journal(Runnable vendorJobs, JournalStore store, Earlier earlier) {
    this.vendorJobs = vendorJobs;
    this.store = store;
    this.commits = new GroupCommit(store);
    this.earlier = earlier;
  }

  /**
   * Opens the journal of a partition for a new attempt.
   *
   * @param attempt unique among all attempts at this partition, stage re-runs and those of a later
   *     run that resumes vendor jobs included
   */
  static Journal open(Configuration hadoop, JournalFolder folder, int partition, long attempt) {
    String prefix = String.format("p%05d-", partition);
    EarlierAttempts earlier = new EarlierAttempts();
    for (String name : folder.names(hadoop, prefix)) {
      String writer = JournalFolder.attempt(name);
      folder.read(hadoop, name, frame -> earlier.add(writer, frame));
    }
    return new Journal(
        () -> folder.noteVendorJobs(hadoop),
        folder.store(hadoop, prefix + "a" + attempt),
        earlier.isEmpty() ? Earlier.NONE : earlier);
  }

  @Override
  public void intent(Batch batch) {
    commits.commit(
        JournalCodec.encode(
            new JournalFrame.Intent(
                batch.id(),
                batch.op(),
                batch.changes().stream().map(Change::key).toList(),
                batch.changes().stream().map(Change::rowHash).toList())));
  }

  @Override
  public void job(JobHandle job) {
    vendorJobs.run();
    commits.commit(JournalCodec.encode(new JournalFrame.Job(job)));
  }

  @Override
  public void append(BatchOutcome outcome) {
    KillPoint.AFTER_SEND.pass();
    commits.commit(JournalCodec.encode(new JournalFrame.Outcomes(outcome)));
    KillPoint.JOURNAL_APPENDED.pass();
  }

  @Override
  public Earlier earlier() {
    return earlier;
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  /**
   * What earlier attempts left. Only ids are kept of batches that are complete, so that memory is
   * bounded by the number of batches, not of records.
   */
  private static final class EarlierAttempts implements Earlier {
    private final Set<String> complete = new HashSet<>();
    private final Map<String, Map<String, Outcome>> incomplete = new HashMap<>();
    private final Map<String, Set<String>> attemptsByIntent = new HashMap<>();
    private final Map<String, JobHandle> jobs = new HashMap<>();
    private long requests;

    void add(String attempt, JournalFrame frame) {
      if (frame instanceof JournalFrame.Intent intent) {
        attemptsByIntent.computeIfAbsent(intent.batchId(), id -> new HashSet<>()).add(attempt);
      } else if (frame instanceof JournalFrame.Job job) {
        jobs.put(job.handle().batchId(), job.handle());
      } else if (frame instanceof JournalFrame.Outcomes outcomes) {
        add(outcomes.outcome());
        if (outcomes.outcome().last()) {
          close(outcomes.outcome().batchId(), attempt);
        }
      }
    }

    /** What another attempt may have sent is not settled by what this one knows of its own. */
    private void close(String batchId, String attempt) {
      attemptsByIntent.computeIfPresent(
          batchId,
          (id, attempts) -> {
            attempts.remove(attempt);
            return attempts.isEmpty() ? null : attempts;
          });
    }

    private void add(BatchOutcome outcome) {
      requests += outcome.attempts();
      Map<String, Outcome> settled =
          incomplete.computeIfAbsent(outcome.batchId(), id -> new HashMap<>());
      boolean deferred = false;
      for (RecordOutcome record : outcome.outcomes()) {
        if (record.outcome() == Outcome.DEFERRED) {
          deferred = true; // certainly not applied: this attempt may try again
        } else {
          settled.put(record.key(), record.outcome());
        }
      }
      if (outcome.last() && !deferred) {
        complete.add(outcome.batchId());
        incomplete.remove(outcome.batchId());
        jobs.remove(outcome.batchId());
      }
    }

    boolean isEmpty() {
      return complete.isEmpty()
          && incomplete.isEmpty()
          && attemptsByIntent.isEmpty()
          && jobs.isEmpty();
    }

    @Override
    public boolean complete(String batchId) {
      return complete.contains(batchId);
    }

    @Override
    public Map<String, Outcome> settled(String batchId) {
      return incomplete.getOrDefault(batchId, Map.of());
    }

    @Override
    public boolean inDoubt(String batchId) {
      return attemptsByIntent.containsKey(batchId);
    }

    @Override
    public long requests() {
      return requests;
    }

    @Override
    public Optional<JobHandle> job(String batchId) {
      return Optional.ofNullable(jobs.get(batchId));
    }
  }
}
