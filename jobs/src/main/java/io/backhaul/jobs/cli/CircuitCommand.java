/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code circuit}. */
@Command(
    name = "circuit",
    synopsisSubcommandLabel = "COMMAND",
    header = "Circuits: destinations that are left alone because they are throttled or broken.",
    description = "",
    footer = {
      "",
      "Examples:",
      "  backhaul sql \"SELECT * FROM circuits WHERE state <> 'closed'\"",
      "  backhaul circuit close acme/crm"
    },
    subcommands = CircuitCloseCommand.class)
final class CircuitCommand implements Runnable {

  @ParentCommand private Backhaul backhaul;
  @Spec private CommandSpec spec;

  Backhaul backhaul() {
    return backhaul;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do with the circuit: close");
  }
}
