/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Moments of a run at which tests make its process die as {@code kill -9} would: at once, with
 * nothing closed and nothing said. The system property {@code backhaul.kill} names one, and with
 * {@code name:n} its n-th time; without it, passing one costs nothing.
 */
enum KillPoint {
  /** The outbox is written; nothing was sent. */
  PLAN_WRITTEN,
  /** A partition's first record was read; nothing was sent by it. */
  BEFORE_SEND,
  /** The destination answered; the journal does not know yet. */
  AFTER_SEND,
  /** The answer is in the journal; the ledger does not know yet. */
  JOURNAL_APPENDED,
  DELIVERIES_WRITTEN,
  DEAD_LETTERS_WRITTEN,
  STATE_MERGED,
  WATERMARK_ADVANCED,
  /** All is settled and the journal is gone; the lease was not given back. */
  JOURNAL_REMOVED;

  static final String PROPERTY = "backhaul.kill";

  private static final int KILLED = 137;

  /** One process, one death: counts how often the chosen moment came in this JVM. */
  private static final AtomicInteger PASSED = new AtomicInteger();

  private static final String CHOSEN = System.getProperty(PROPERTY, "");

  /** Goes on, unless this is the moment to die. */
  void pass() {
    if (CHOSEN.isEmpty()) {
      return;
    }
    String[] chosen = CHOSEN.split(":", 2);
    if (chosen[0].toUpperCase(Locale.ROOT).equals(name())) {
      int time = chosen.length == 1 ? 1 : Integer.parseInt(chosen[1]);
      if (PASSED.incrementAndGet() == time) {
        Runtime.getRuntime().halt(KILLED);
      }
    }
  }
}
