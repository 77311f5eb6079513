/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

/** What keeps the promise. The model can do without each one, to show what it is there for. */
enum Protection {
  /** A retried task reads what earlier attempts of it noted. */
  JOURNAL_READ_ON_RETRY,
  /** Applied is noted when the destination has said so, not when the request is made. */
  OUTCOME_AFTER_ANSWER,
  /** State takes what the journal calls applied, not all that was planned. */
  STATE_FROM_OUTCOMES,
  /** Tables take no write of an epoch that a later one has passed. */
  FENCE,
  /** One run of a sync at a time. */
  LEASE,
  /** What must not be sent twice is noted before it is sent. */
  INTENTS,
  /** A run settles the dead before it plans. */
  RECOVERY,
  /** A run makes sure of its lease between listing what the dead left and touching it. */
  RECOVERY_UNDER_LEASE,
  /** State is written after deliveries and dead letters. */
  STATE_LAST,
  /** Settling a run twice leaves what settling it once leaves. */
  SETTLED_ONCE,
  /** An insert in doubt is held back until a person decides, even if its row changes. */
  DOUBT_OUTLASTS_CHANGES,
  /** A plan that was counted and never stored is known to have sent nothing. */
  UNSTORED_PLANS_PASSED_OVER
}
