/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.RecordOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * What one attempt noted, one outcome a key, in the order it noted them; what it noted its intent
 * to send, and then no outcome of, comes last and is unknown. In memory are a frame and the intents
 * of batches under way.
 */
final class JournalAttempt implements Iterator<JournaledOutcome> {

  private final JournalFolder folder;
  private final Configuration hadoop;
  private final Iterator<String> files;
  private final OpenIntents intents = new OpenIntents();
  private Deque<JournaledOutcome> read = new ArrayDeque<>();
  private JournalCodec.Reader reader;
  private String name;
  private boolean ended;

  /**
   * @param files of the attempt, in the order it wrote them
   */
  JournalAttempt(JournalFolder folder, Configuration hadoop, List<String> files) {
    this.folder = folder;
    this.hadoop = hadoop;
    this.files = files.iterator();
  }

  @Override
  public boolean hasNext() {
    try {
      while (read.isEmpty() && !ended) {
        step();
      }
      return !read.isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the journal " + name, e);
    }
  }

  @Override
  public JournaledOutcome next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return read.remove();
  }

  /**
   * The next outcome and those after it that were noted together: of one batch, in its order.
   *
   * @return at least one
   */
  Deque<JournaledOutcome> nextBatch() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Deque<JournaledOutcome> batch = read;
    read = new ArrayDeque<>();
    return batch;
  }

  private void step() throws IOException {
    if (reader == null) {
      if (files.hasNext()) {
        name = files.next();
        reader = folder.open(hadoop, name);
      } else {
        intents.left().forEach(this::add);
        ended = true;
      }
      return;
    }
    JournalFrame frame = reader.next();
    if (frame instanceof JournalFrame.Outcomes outcomes) {
      intents.settle(outcomes.outcome());
      add(outcomes.outcome());
    } else if (frame instanceof JournalFrame.Intent intent) {
      intents.add(intent);
    }
    if (reader.tail() != null) {
      folder.reportDamage(name, reader);
      reader.close();
      reader = null;
    }
  }

  private void add(BatchOutcome batch) {
    Long at = JournaledOutcome.micros(batch.at());
    for (RecordOutcome record : batch.outcomes()) {
      read.add(JournaledOutcome.of(batch, record, at));
    }
  }

  private void add(JournalFrame.Intent intent) {
    for (int i = 0; i < intent.keys().size(); i++) {
      read.add(JournaledOutcome.inDoubt(intent, i));
    }
  }

  /** The intents of one attempt whose batches have no last outcome yet. */
  private static final class OpenIntents {
    private final Map<String, JournalFrame.Intent> byBatch = new LinkedHashMap<>();
    private final Map<String, Set<String>> settled = new HashMap<>();

    void add(JournalFrame.Intent intent) {
      byBatch.put(intent.batchId(), intent);
    }

    void settle(BatchOutcome outcome) {
      String batch = outcome.batchId();
      if (outcome.last()) {
        byBatch.remove(batch);
        settled.remove(batch);
      } else if (byBatch.containsKey(batch)) {
        Set<String> keys = settled.computeIfAbsent(batch, id -> new HashSet<>());
        outcome.outcomes().forEach(record -> keys.add(record.key()));
      }
    }

    /** What nothing was heard of, once the attempt's files are read. */
    List<JournalFrame.Intent> left() {
      return byBatch.values().stream().map(this::unsettled).toList();
    }

    private JournalFrame.Intent unsettled(JournalFrame.Intent intent) {
      Set<String> known = settled.getOrDefault(intent.batchId(), Set.of());
      List<String> keys = new ArrayList<>();
      List<Long> rowHashes = new ArrayList<>();
      for (int i = 0; i < intent.keys().size(); i++) {
        if (!known.contains(intent.keys().get(i))) {
          keys.add(intent.keys().get(i));
          rowHashes.add(intent.rowHashes().get(i));
        }
      }
      return new JournalFrame.Intent(intent.batchId(), intent.op(), keys, rowHashes);
    }
  }
}
