/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.maintain.TableUpkeep;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code maintain}. */
@Command(
    name = "maintain",
    header = "Keeps the ledger small: expires rows, compacts and vacuums tables.",
    description = {
      "",
      "How long rows and files are kept stands under maintain in backhaul.yaml. Safe beside running"
          + " syncs: a table that another writer is at work on is left for the next time. State,"
          + " open dead letters and runs that are not settled are never removed.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul maintain --dry-run",
      "  backhaul maintain",
    })
final class MaintainCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;

  @Option(names = "--dry-run", description = "Change nothing; say what would be done.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Terminal terminal = backhaul.terminal();
    try (Operations operations = backhaul.operations(json.chosen())) {
      List<TableUpkeep> tables = operations.maintain(dryRun);
      terminal
          .out()
          .println(
              json.chosen()
                  ? JsonResults.of(tables, dryRun)
                  : TextResults.of(tables, dryRun, terminal.columns()));
      boolean failed = tables.stream().anyMatch(TableUpkeep::failed);
      return (failed ? ExitCode.FAILED : ExitCode.DONE).code();
    }
  }
}
