/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

/** The promise, broken: ends the schedule that breaks it. */
final class Violation extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What the promise says. */
  enum Rule {
    ACKNOWLEDGED_IS_SENT_AGAIN,
    SENT_AGAIN_WITHOUT_HAVING_BEEN_IN_FLIGHT,
    REPORTED_APPLIED_WITHOUT_BEING_APPLIED,
    STATE_IS_AHEAD_OF_THE_DESTINATION,
    STATE_WITHOUT_DELIVERY,
    BALANCE_IS_BROKEN,
    AN_OUTCOME_IS_REPORTED_TWICE,
    APPLIED_MORE_THAN_ONCE,
    SETTLED_BY_A_RUN_THAT_WAS_REPLACED,
    NEITHER_APPLIED_NOR_IN_DEAD_LETTERS,
    DESTINATION_DIFFERS_IN_THE_END,
    APPLIED_AND_IN_DEAD_LETTERS
  }

  private final Rule rule;

  Violation(Rule rule, String what) {
    super(rule + ": " + what, null, false, false);
    this.rule = rule;
  }

  Rule rule() {
    return rule;
  }
}
