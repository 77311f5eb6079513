/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.backfill;

import static org.apache.spark.sql.functions.col;

import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;

/**
 * How far a backfill is, as its runs say in {@code runs.trigger}: {@code backfill ID round chunk of
 * chunks}, for example {@code backfill 5f0c91ab 1 3/12}.
 *
 * @param round how often it was begun anew, from 1
 * @param chunks of that round; 0 if no run of it ended
 * @param done those of them that are done, from 1
 */
record Progress(int round, int chunks, Set<Integer> done) {

  private static final Pattern TRIGGER = Pattern.compile("backfill \\w+ (\\d+) (\\d+)/(\\d+)");

  /** The newest round. */
  static Progress of(Ledger ledger, String tenant, String sync, String id) {
    int round = 1;
    int chunks = 0;
    Set<Integer> done = new TreeSet<>();
    for (Row run :
        ledger
            .rows(LedgerTable.RUNS)
            .where(
                col("tenant")
                    .equalTo(tenant)
                    .and(col("sync").equalTo(sync))
                    .and(col("trigger").startsWith("backfill " + id + " ")))
            .selectExpr(
                "trigger",
                "status IN ('succeeded', 'partial') AND coalesce(deferred, 0) = 0"
                    + " AND deferred_code IS NULL AS done")
            .collectAsList()) {
      Matcher trigger = TRIGGER.matcher(run.getString(0));
      if (!trigger.matches()) {
        continue;
      }
      int itsRound = Integer.parseInt(trigger.group(1));
      if (itsRound > round) {
        round = itsRound;
        done.clear();
      }
      if (itsRound == round) {
        chunks = Integer.parseInt(trigger.group(3));
        if (run.getBoolean(1)) {
          done.add(Integer.parseInt(trigger.group(2)));
        }
      }
    }
    return new Progress(round, chunks, done);
  }

  boolean finished() {
    return chunks > 0 && done.size() == chunks;
  }

  /** The round after it, of which nothing is done. */
  Progress next() {
    return new Progress(round + 1, 0, new TreeSet<>());
  }

  Progress in(int number) {
    return new Progress(round, number, done);
  }

  String trigger(String id, int chunk) {
    return "backfill %s %d %d/%d".formatted(id, round, chunk, chunks);
  }
}
