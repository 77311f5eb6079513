/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.deadletter.DeadLetterBox;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which dead letters to change: all of them only if that was said. */
final class LetterChoice {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private LetterFilter which;

  @Option(names = "--all", description = "All letters of the ledger.")
  private boolean all;

  DeadLetterBox.Filter filter() {
    if (which.isOpen() != all) {
      throw new CommandLine.ParameterException(
          command.commandLine(), "say which letters are meant: SYNC, --id, --code, … or --all");
    }
    return which.filter();
  }
}
