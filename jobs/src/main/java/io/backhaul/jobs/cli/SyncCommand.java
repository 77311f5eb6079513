/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.RunSummary;
import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.rehearse.RehearsalReport;
import io.backhaul.jobs.sync.RunReport;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sync}. */
@Command(
    name = "sync",
    header = "Runs a sync once: finds the rows that changed, sends them, accounts for each.",
    description = {
      "",
      "READ pins the source, DIFF compares it with what was delivered, PLAN stores the operations,"
          + " DELIVER sends them, SETTLE accounts for each in the ledger. A run that was killed is"
          + " settled by the next one.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul sync acme/contacts",
      "  backhaul sync acme/contacts --rehearse             what would happen, told by a sandbox",
      "  backhaul sync acme/contacts --limit 100            try a few first",
      "  backhaul sync acme/contacts --patience 10m         wait longer for a throttled"
          + " destination",
      "  backhaul sync acme/contacts --accept deletes=5000  let a guard pass, once"
    })
final class SyncCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;
  @Mixin private RunChoices choices;

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "2m",
      converter = Patience.class,
      description =
          "The longest to wait for a throttled or broken destination in total, such as 90s or 10m;"
              + " what is left then is deferred to the next run (default: 2m).")
  private Duration patience;

  @Option(
      names = "--rehearse",
      description =
          "Send to the sandbox of the destination instead, and say what would happen. The ledger is"
              + " only read; secrets that are not set are made up. Which fields your account has of"
              + " its own, no sandbox knows: validate asks.")
  private boolean rehearse;

  @Parameters(paramLabel = "SYNC", description = "tenant/name, or name where one tenant has it.")
  private String sync;

  @Override
  public Integer call() {
    Terminal terminal = backhaul.terminal();
    try (Operations operations = backhaul.operations(json.chosen())) {
      if (rehearse) {
        RehearsalReport report = operations.rehearse(sync, choices.with(patience));
        terminal
            .out()
            .println(
                json.chosen()
                    ? JsonResults.of(report)
                    : TextResults.of(report, terminal.columns()));
        return ExitCode.of(report.run()).code();
      }
      RunReport run = operations.sync(sync, choices.with(patience));
      terminal
          .out()
          .println(json.chosen() ? JsonResults.of(run) : RunSummary.of(run, terminal.columns()));
      return ExitCode.of(run).code();
    }
  }
}
