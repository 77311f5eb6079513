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

/** {@code dlq}. */
@Command(
    name = "dlq",
    synopsisSubcommandLabel = "COMMAND",
    header = "Dead letters: records that failed for good, until a person or the row changes that.",
    description = "",
    footer = {
      "",
      "Examples:",
      "  backhaul dlq list",
      "  backhaul dlq list acme/contacts --code INVALID_EMAIL",
      "  backhaul dlq retry acme/contacts --field email"
    },
    subcommands = {
      DlqListCommand.class,
      DlqShowCommand.class,
      DlqRetryCommand.class,
      DlqDiscardCommand.class
    })
final class DlqCommand implements Runnable {

  @ParentCommand private Backhaul backhaul;
  @Spec private CommandSpec spec;

  Backhaul backhaul() {
    return backhaul;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do with the dead letters: list, show, retry or discard");
  }
}
