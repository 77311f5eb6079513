/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

/** A contender came to another answer than the rest, so that no time counts. */
public final class WrongAnswerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says who answered what. */
  public WrongAnswerException(String contender, Object answer, Object expected) {
    super(
        "wrong answer, so no time counts: " + contender + " found " + answer + ", not " + expected);
  }
}
