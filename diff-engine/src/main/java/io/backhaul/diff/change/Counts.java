/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.io.Serializable;
import java.util.Map;

/**
 * What a diff found. Every row of the compared source is counted once: {@code source = unchanged +
 * plannedFromSource + invalidRows + quarantinedRows + heldBack}.
 *
 * @param source rows compared: all of the source under {@link Strategy#SNAPSHOT}, else the
 *     candidates
 * @param sourceTotal rows of the whole source; -1 where the run did not see all of it
 * @param unchanged source rows that the destination already holds
 * @param planned operations planned, by their lower-case name; an absent name is 0
 * @param waiting planned operations that are not delivered, because a lookup found no id yet
 * @param deletesInferred planned deletes of rows that left the source; 0 except under {@link
 *     Mode#MIRROR}
 * @param invalid new dead letters: one for each key that fails
 * @param invalidRows source rows behind {@code invalid}; more than that where a key occurs twice
 * @param quarantined changes and deletes held by an open dead letter
 * @param quarantinedRows source rows behind {@code quarantined}
 * @param heldBack changed source rows beyond {@code --limit}
 * @param stateRows rows in state before the run; where the whole source is compared, no deletes are
 *     inferred and so state is not read on its own account: those whose key the source has
 */
public record Counts(
    long source,
    long sourceTotal,
    long unchanged,
    Map<String, Long> planned,
    long waiting,
    long deletesInferred,
    long invalid,
    long invalidRows,
    long quarantined,
    long quarantinedRows,
    long heldBack,
    long stateRows)
    implements Serializable {

  public Counts {
    planned = Map.copyOf(planned);
  }

  /** All planned operations. */
  public long plannedTotal() {
    return planned.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Planned operations of one kind, by its lower-case name. */
  public long planned(String op) {
    return planned.getOrDefault(op, 0L);
  }

  /** Planned operations that carry a row of the source. */
  public long plannedFromSource() {
    return plannedTotal() - deletesInferred;
  }

  /** Whether there is nothing to write: no operation and no new dead letter. */
  public boolean nothingToDo() {
    return plannedTotal() == 0 && invalid == 0;
  }
}
