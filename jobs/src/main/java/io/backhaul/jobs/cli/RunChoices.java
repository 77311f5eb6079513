/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.sync.RunOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What can be asked of one run; {@code plan} and {@code sync} share it. */
final class RunChoices {

  @Option(names = "--full", description = "Send every row, also those that did not change.")
  private boolean full;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Plan at most N operations; the next run takes up the others.")
  private Long limit;

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Only rows for which this holds, in Spark SQL over the source's columns.")
  private String where;

  @Option(
      names = "--accept",
      paramLabel = "GUARD=N",
      converter = {GuardName.class, AtLeastOne.class},
      description =
          "Let a guard pass up to N rows this once; recorded in the ledger. Guards: deletes,"
              + " changes, invalid, source_rows, rejected (records in a partition).")
  private Map<String, Long> accepted = new LinkedHashMap<>();

  RunOptions with(Duration patience) {
    return new RunOptions(full, limit, where, patience, accepted, "manual");
  }
}
