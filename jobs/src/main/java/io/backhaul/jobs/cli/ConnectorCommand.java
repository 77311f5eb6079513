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

/** {@code connector}. */
@Command(
    name = "connector",
    header = "Connectors: which there are, what they would send, how they read an answer.",
    description = {"", "Nothing is sent, whatever is asked.", ""},
    footer = {
      "",
      "Examples:",
      "  backhaul connector list",
      "  backhaul connector write hubspot --object contacts --op upsert --records records.json",
      "  backhaul connector read hubspot --object contacts --op upsert --records records.json"
          + " --status 207 --body answer.json"
    },
    subcommands = {
      ConnectorListCommand.class,
      ConnectorWriteCommand.class,
      ConnectorReadCommand.class
    })
final class ConnectorCommand implements Runnable {

  @ParentCommand private Backhaul backhaul;
  @Spec private CommandSpec spec;

  Backhaul backhaul() {
    return backhaul;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what you want to know of the connectors: list, write or read");
  }
}
