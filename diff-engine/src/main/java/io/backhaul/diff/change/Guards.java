/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stops a run that would do more than its spec allows, before the first byte is sent. */
public final class Guards {

  private Guards() {}

  /**
   * Checks what a diff found. A guard that is not set is off, but {@link Mode#MIRROR} refuses an
   * empty source whatever is set or accepted. Guards on the size of the source are not applied
   * where the run did not see all of it (a filter, or {@link Strategy#WATERMARK}).
   *
   * @param firstSync whether state was empty; there is then no {@code max_changes}
   * @param accepted from guard to the count the operator accepts for this run, as in {@code
   *     --accept deletes=5000}
   * @return what stops the run; empty if it may go on
   */
  public static List<GuardViolation> check(
      GuardSpec spec, Mode mode, Counts counts, boolean firstSync, Map<String, Long> accepted) {
    List<GuardViolation> violations = new ArrayList<>();
    sourceRows(spec, mode, counts, accepted, violations);
    long whole = counts.sourceTotal() >= 0 ? counts.sourceTotal() : wholeByState(counts);
    long heldByDestination =
        mode == Mode.DELETE ? Math.max(counts.stateRows(), whole) : counts.stateRows();
    most(
        "deletes",
        spec.maxDeletes(),
        counts.planned("delete"),
        heldByDestination,
        mode == Mode.DELETE ? "rows" : "rows in state",
        accepted,
        violations);
    if (!firstSync) {
      most(
          "changes",
          spec.maxChanges(),
          counts.plannedTotal(),
          whole,
          "source rows",
          accepted,
          violations);
    }
    most(
        "invalid",
        spec.maxInvalid(),
        counts.invalidRows(),
        whole,
        "source rows",
        accepted,
        violations);
    return violations;
  }

  private static long wholeByState(Counts counts) {
    return Math.max(counts.source(), counts.stateRows());
  }

  private static void sourceRows(
      GuardSpec spec,
      Mode mode,
      Counts counts,
      Map<String, Long> accepted,
      List<GuardViolation> violations) {
    long seen = counts.sourceTotal();
    if (mode == Mode.MIRROR && seen == 0) {
      violations.add(
          new GuardViolation(
              "source_rows",
              "1",
              0,
              "the source is empty, and mirror would delete every record; check what fills the"
                  + " source. To delete them all on purpose, use mode delete"));
    } else if (spec.minSourceRows() != null
        && seen >= 0
        && seen < spec.minSourceRows()
        && seen < accepted.getOrDefault("source_rows", Long.MAX_VALUE)) {
      violations.add(
          new GuardViolation(
              "source_rows",
              Long.toString(spec.minSourceRows()),
              seen,
              "the source has "
                  + seen
                  + " rows, min_source_rows asks for "
                  + spec.minSourceRows()
                  + "; if that is right, run again with --accept source_rows="
                  + seen));
    }
  }

  private static void most(
      String guard,
      Limit allowed,
      long seen,
      long whole,
      String ofWhat,
      Map<String, Long> accepted,
      List<GuardViolation> violations) {
    if (allowed != null
        && allowed.exceededBy(seen, whole)
        && seen > accepted.getOrDefault(guard, -1L)) {
      violations.add(
          new GuardViolation(
              guard,
              allowed.toString(),
              seen,
              seen
                  + " "
                  + (guard.equals("invalid") ? "invalid rows" : guard)
                  + " of "
                  + whole
                  + " "
                  + ofWhat
                  + ", max_"
                  + guard
                  + " allows "
                  + allowed
                  + "; if that is right, run again with --accept "
                  + guard
                  + "="
                  + seen));
    }
  }
}
