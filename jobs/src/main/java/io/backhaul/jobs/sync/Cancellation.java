/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.ArrayList;
import java.util.List;

/**
 * A person's or a platform's wish that a run end early: what is in flight ends, what was
 * acknowledged is settled, the rest is deferred to the next run. Once asked for it stays asked for.
 * Thread-safe.
 */
public final class Cancellation {

  /** Why operations are deferred that a cancelled run did not send. */
  public static final String CODE = "CANCELLED";

  private final List<Runnable> actions = new ArrayList<>();
  private String reason;

  /**
   * Asks the run to end.
   *
   * @param why for the report, for example {@code SIGTERM}; the first reason stays
   */
  public void request(String why) {
    List<Runnable> due;
    synchronized (this) {
      if (reason != null) {
        return;
      }
      reason = why;
      due = List.copyOf(actions);
    }
    due.forEach(Runnable::run);
  }

  /** Whether it was asked for. */
  public synchronized boolean requested() {
    return reason != null;
  }

  /** Why, or {@code null}. */
  synchronized String reason() {
    return reason;
  }

  /** What to do when it is asked for; done at once if it was already. */
  public void onRequest(Runnable action) {
    synchronized (this) {
      if (reason == null) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /** Forgets what to do: from here on the run ends by itself. */
  synchronized void release() {
    actions.clear();
  }

  /**
   * Ends a run that was asked to end between two Spark jobs.
   *
   * @throws CancelledException if it was
   */
  void check() {
    String why = reason();
    if (why != null) {
      throw new CancelledException(why);
    }
  }

  /** A run was asked to end before it sent anything. */
  static final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CancelledException(String why) {
      super("cancelled by " + why);
    }
  }
}
