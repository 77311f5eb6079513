/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes frames of many threads durable with few writes: the first thread to come writes for all
 * that arrive meanwhile. {@link #commit} returns when its frame is durable. The first failure is
 * final: whatever comes later fails too, because the file's end is no longer known.
 */
final class GroupCommit {

  /** Where frames become durable. */
  interface Store {
    /** Returns when all frames survive the death of this process. */
    void write(List<byte[]> frames) throws IOException;
  }

  private final Store store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private List<byte[]> waiting = new ArrayList<>();
  private long arrived;
  private long durable;
  private boolean writing;
  private IOException failure;

  GroupCommit(Store store) {
    this.store = store;
  }

  /**
   * Waits until the frame is durable; an interrupt does not end the wait, so that an outcome that
   * is known is never lost to a cancelled task.
   */
  void commit(byte[] frame) {
    lock.lock();
    try {
      waiting.add(frame);
      long mine = ++arrived;
      while (durable < mine && failure == null) {
        if (writing) {
          written.awaitUninterruptibly();
        } else {
          writeWaiting();
        }
      }
      if (durable < mine) {
        throw new UncheckedIOException(failure);
      }
    } finally {
      lock.unlock();
    }
  }

  private void writeWaiting() {
    List<byte[]> frames = waiting;
    long upTo = arrived;
    waiting = new ArrayList<>();
    writing = true;
    IOException problem = null;
    lock.unlock();
    try {
      store.write(frames);
    } catch (IOException e) {
      problem = e;
    } catch (RuntimeException e) {
      problem = new IOException(e);
    } finally {
      lock.lock();
      writing = false;
      if (problem == null) {
        durable = upTo;
      } else {
        failure = problem;
      }
      written.signalAll();
    }
  }
}
