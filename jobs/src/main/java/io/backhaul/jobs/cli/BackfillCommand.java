/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.backfill.BackfillReport;
import io.backhaul.jobs.backfill.BackfillRequest;
import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.sync.RunReport;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code backfill}. */
@Command(
    name = "backfill",
    header = "Sends rows again that are delivered already, piece by piece.",
    description = {
      "",
      "Each piece is a run of its own, of low priority, between which the sync's regular runs come"
          + " to pass. When it is ended or dies, the same command goes on where it was. Each run"
          + " reads the source once.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul backfill acme/contacts",
      "  backhaul backfill acme/contacts --since 2026-03-01T00:00:00Z",
      "  backhaul backfill acme/contacts --where \"country = 'DE'\" --chunk 100000"
    })
final class BackfillCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "SYNC", description = "tenant/name, or name where one tenant has it.")
  private String sync;

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Only rows for which this holds, in Spark SQL over the source's columns.")
  private String where;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only rows updated since, in UTC, such as 2026-03-01T00:00:00Z.")
  private Instant since;

  @Option(
      names = "--chunk",
      paramLabel = "ROWS",
      defaultValue = "1000000",
      converter = AtLeastOne.class,
      description = "About how many rows a run sends (default: ${DEFAULT-VALUE}).")
  private long chunk;

  @Option(names = "--again", description = "Begin anew although the same backfill was done before.")
  private boolean again;

  @Option(
      names = "--accept",
      paramLabel = "GUARD=N",
      converter = {GuardName.class, AtLeastOne.class},
      description = "Let a guard pass up to N rows in each run; recorded in the ledger.")
  private Map<String, Long> accepted = new LinkedHashMap<>();

  @Override
  public Integer call() {
    Terminal terminal = backhaul.terminal();
    BackfillRequest request = new BackfillRequest(where, since, chunk, again, accepted);
    try (Operations operations = backhaul.operations(json.chosen())) {
      BackfillReport report = operations.backfill(sync, request);
      terminal
          .out()
          .println(
              json.chosen() ? JsonResults.of(report) : TextResults.of(report, terminal.columns()));
      return exitCode(report).code();
    }
  }

  private static ExitCode exitCode(BackfillReport report) {
    if (report.finished()) {
      return ExitCode.DONE;
    }
    RunReport last = report.runs().get(report.runs().size() - 1);
    return ExitCode.of(last);
  }
}
