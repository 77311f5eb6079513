/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec.dbt;

import java.util.List;

/**
 * A file of dbt's, or a model in it, is not there or not as expected; the message says what to do.
 */
public final class DbtException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<String> candidates;

  DbtException(String message) {
    this(message, List.of());
  }

  DbtException(String message, List<String> candidates) {
    super(message);
    this.candidates = List.copyOf(candidates);
  }

  /** Names that may have been meant; empty if it is not about a name. */
  public List<String> candidates() {
    return candidates;
  }
}
