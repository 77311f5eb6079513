/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.report.SyncStatus;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code status}. */
@Command(
    name = "status",
    header = "Says how each sync is: its last run, its freshness, its open dead letters.",
    description = "",
    footer = {
      "",
      "Examples:",
      "  backhaul status",
      "  backhaul status acme/contacts --json",
    })
final class StatusCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;

  @Parameters(
      arity = "0..1",
      paramLabel = "SYNC",
      description = "tenant/name, or name; all syncs in the ledger if it is left out.")
  private String sync;

  @Override
  public Integer call() {
    Terminal terminal = backhaul.terminal();
    try (Operations operations = backhaul.operations(json.chosen())) {
      List<SyncStatus> all = operations.status(sync);
      terminal
          .out()
          .println(
              json.chosen()
                  ? JsonResults.array(all.stream().map(JsonResults::of).toList())
                  : TextResults.of(all, Instant.now(), terminal.columns()));
      return ExitCode.DONE.code();
    }
  }
}
