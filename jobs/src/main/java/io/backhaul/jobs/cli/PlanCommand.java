/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.sync.DryRun;
import io.backhaul.jobs.sync.RunOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code plan}. */
@Command(
    name = "plan",
    header = "Says what a run would do now; sends nothing and changes nothing.",
    description = {
      "",
      "Reads the source and compares it with what was delivered: operations by kind, invalid rows,"
          + " the calls and minutes they take at the destination's limits, and a sample before and"
          + " after. Ends with code 4 if a guard would stop the run.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul plan acme/contacts",
      "  backhaul plan acme/contacts --where \"country = 'NL'\" --json"
    })
final class PlanCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;
  @Mixin private RunChoices choices;

  @Parameters(paramLabel = "SYNC", description = "tenant/name, or name where one tenant has it.")
  private String sync;

  @Override
  public Integer call() {
    Terminal terminal = backhaul.terminal();
    try (Operations operations = backhaul.operations(json.chosen())) {
      DryRun.Plan plan = operations.plan(sync, choices.with(RunOptions.DEFAULT.patience()));
      terminal
          .out()
          .println(json.chosen() ? JsonResults.of(plan) : TextResults.of(plan, terminal.columns()));
      return (plan.stoppedBy().isEmpty() ? ExitCode.DONE : ExitCode.STOPPED).code();
    }
  }
}
