/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code completion}. */
@Command(
    name = "completion",
    header = "Prints a completion script for bash and zsh.",
    description = "",
    footer = {"", "Example:", "  source <(backhaul completion)"})
final class CompletionCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;

  @Override
  public Integer call() {
    backhaul.terminal().out().print(AutoComplete.bash("backhaul", backhaul.commandLine()));
    backhaul.terminal().out().flush();
    return ExitCode.DONE.code();
  }
}
