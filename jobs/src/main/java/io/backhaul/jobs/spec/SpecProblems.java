/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects every problem, so that a user meets all of them at once. Not thread-safe. */
public final class SpecProblems {

  private static final Comparator<SpecProblem> IN_READING_ORDER =
      Comparator.comparing(SpecProblem::file)
          .thenComparingInt(SpecProblem::line)
          .thenComparingInt(SpecProblem::column);

  private final Set<SpecProblem> all = new LinkedHashSet<>();

  /** Adds one; the same problem twice counts once. */
  public void add(SpecProblem problem) {
    all.add(problem);
  }

  /** Adds several. */
  public void addAll(Collection<SpecProblem> problems) {
    all.addAll(problems);
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** All, by file, line and column. */
  public List<SpecProblem> all() {
    List<SpecProblem> sorted = new ArrayList<>(all);
    sorted.sort(IN_READING_ORDER);
    return sorted;
  }

  /**
   * Does nothing if there is no problem.
   *
   * @throws SpecException with all of them if there is one
   */
  public void throwIfAny() {
    if (!isEmpty()) {
      throw new SpecException(all());
    }
  }
}
