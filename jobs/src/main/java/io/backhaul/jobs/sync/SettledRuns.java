/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.jobs.ledger.Ledger;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which runs nobody will settle any more, so that their outbox may go. */
public final class SettledRuns {

  private SettledRuns() {}

  /**
   * Those of some runs that are settled and started before a point in time.
   *
   * @param runIds runs of the sync that its outbox held at some earlier moment: a run has its
   *     journal from before its outbox until after it is settled, so that one of them without a
   *     journal now will never need its outbox again
   */
  public static List<String> among(
      Collection<String> runIds, Ledger ledger, String tenant, String sync, Instant before) {
    Set<String> unsettled =
        JournalFolder.unsettled(ledger.hadoop(), ledger.journals(), tenant, sync).stream()
            .map(JournalFolder::runId)
            .collect(Collectors.toSet());
    String end = RunBook.idAt(before);
    return runIds.stream()
        .filter(runId -> runId.compareTo(end) < 0 && !unsettled.contains(runId))
        .sorted()
        .toList();
  }
}
