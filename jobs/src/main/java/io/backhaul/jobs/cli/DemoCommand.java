/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.demo.Demo;
import io.backhaul.jobs.sync.RunReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code demo}. */
@Command(
    name = "demo",
    header = "Shows the whole thing on this machine, in about a minute.",
    description = {
      "",
      "Writes a Delta table of customers, syncs it to a destination on loopback, changes some rows,"
          + " breaks some, lets the destination throttle, and syncs again. The table, the"
          + " configuration and the ledger stay in the folder, for questions.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul demo",
      "  backhaul demo --rows 20000 --folder /tmp/small-demo",
      "  backhaul demo --json    both runs as objects; the story goes to stderr",
      "  backhaul --conf demo/conf status"
    })
final class DemoCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Spec private CommandSpec command;
  @Mixin private JsonOption json;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "demo",
      description = "What it leaves behind; the next demo there starts afresh (default: demo).")
  private Path folder;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "" + Demo.USUAL_ROWS,
      converter = AtLeastOne.class,
      description = "Customers in the table, at least 2000 (default: ${DEFAULT-VALUE}).")
  private long rows;

  @Override
  public Integer call() throws IOException {
    if (rows < Demo.FEWEST_ROWS) {
      throw new CommandLine.ParameterException(
          command.commandLine(), "a demo takes at least " + Demo.FEWEST_ROWS + " rows");
    }
    Terminal terminal = backhaul.terminal();
    PrintWriter story = json.chosen() ? terminal.err() : terminal.out();
    try (Operations operations = backhaul.operations(json.chosen())) {
      List<RunReport> runs = operations.demo(folder, rows, story, terminal.columns());
      if (json.chosen()) {
        terminal.out().println(JsonResults.runs(runs));
      }
      return ExitCode.of(runs.get(runs.size() - 1)).code();
    }
  }
}
