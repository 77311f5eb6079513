/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

/** What becomes of one request. */
enum Fate {
  /** All applied, and answered. */
  ANSWERED,
  /** One record refused for good, the others applied. */
  REJECTS_ONE,
  /** One record not applied and welcome again, the others applied. */
  RETRIES_ONE,
  /** The whole batch refused, for one of its records. */
  POISONED,
  /** Refused before anything was applied. */
  UNAVAILABLE,
  /** Never arrives; the sender hears nothing. */
  LOST,
  /** Applied; the sender hears nothing. */
  ANSWER_LOST,
  /** The sender's time is up; it may arrive at any later moment. */
  LATE,
  /** Not sent: the destination is down for longer than the run is patient. */
  OUTAGE;

  /** What may prevail in a schedule. */
  static final Fate[] MOODS = values();

  /** Most requests are answered; each fault is common enough to meet another. */
  static final Fate[] DRAWN = {
    ANSWERED, ANSWERED, ANSWERED, ANSWERED, ANSWERED, ANSWERED, REJECTS_ONE, RETRIES_ONE,
    POISONED, UNAVAILABLE, LOST, ANSWER_LOST, ANSWER_LOST, LATE, LATE, OUTAGE
  };
}
