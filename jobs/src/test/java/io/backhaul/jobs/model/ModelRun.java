/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import java.util.ArrayList;
import java.util.List;

/** What is durable of one run: its plan in the outbox and its journal. Sets of keys are bits. */
final class ModelRun {

  /** One file of a journal: what one attempt at one partition wrote. */
  record JournalFile(int partition, List<Frame> frames) {}

  /** Changes of one kind of operation that go out together. */
  record Batch(long id, int keys) {}

  final int number;
  final long epoch;
  final boolean openLetters;
  final int basisOfNewKeys;

  int deletes;
  int writes;
  final int[] value;
  final int[] basis;
  final int[] version;
  final int[] updatedAt;
  int cursor;

  boolean folder;
  boolean counted;
  boolean stored;
  final List<JournalFile> journal = new ArrayList<>();

  /** What the destination applied of it, whoever noted it. */
  int applied;

  int acknowledged;
  int reportedApplied;
  final int[] deliveries;

  /** Its journal was read to settle it: what still comes of it comes too late. */
  boolean settled;

  /** Process that settled it to the end. */
  int settledBy = -1;

  ModelRun(int number, long epoch, Tables tables, int keys) {
    this.number = number;
    this.epoch = epoch;
    this.openLetters = tables.openLetters() != 0;
    this.basisOfNewKeys = tables.deletesRun;
    this.value = new int[keys];
    this.basis = new int[keys];
    this.version = new int[keys];
    this.updatedAt = new int[keys];
    this.deliveries = new int[keys];
  }

  int planned() {
    return deletes | writes;
  }

  /** The batches of a partition: deletes first, by key, as the outbox is read. */
  List<Batch> batches(Setup setup, int partition) {
    List<Batch> batches = new ArrayList<>(4);
    for (int ops : new int[] {deletes, writes}) {
      int taken = 0;
      for (int key = partition; key < setup.keys(); key += setup.partitions()) {
        if ((ops >> key & 1) == 1) {
          taken |= 1 << key;
          if (Integer.bitCount(taken) == setup.batch()) {
            batches.add(new Batch(id(ops == writes ? 2 : 1, taken), taken));
            taken = 0;
          }
        }
      }
      if (taken != 0) {
        batches.add(new Batch(id(ops == writes ? 2 : 1, taken), taken));
      }
    }
    return batches;
  }

  /** An id from content: what it was part of, then operation, key, value and basis of each. */
  long id(long parent, int keys) {
    long id = mixed(parent * 31 + 17);
    for (int key = 0; key < value.length; key++) {
      if ((keys >> key & 1) == 1) {
        int op = deletes >> key & 1;
        id = mixed(id * 31 + op);
        id = mixed(id * 31 + key);
        id = mixed(id * 31 + value[key]);
        id = mixed(id * 31 + basis[key]);
      }
    }
    return id;
  }

  private static long mixed(long bits) {
    long mixed = (bits ^ (bits >>> 32)) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 29);
  }
}
