/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is wrong. The message lists every problem, one a line. */
public final class SpecException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<SpecProblem> problems;

  /** Says {@code problems}, at least one. */
  public SpecException(List<SpecProblem> problems) {
    super(problems.stream().map(SpecProblem::toString).collect(Collectors.joining("\n")));
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("a spec exception needs a problem");
    }
    this.problems = List.copyOf(problems);
  }

  /** By file, line and column. */
  public List<SpecProblem> problems() {
    return problems;
  }
}
