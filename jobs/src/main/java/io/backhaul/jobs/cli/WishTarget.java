/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which syncs a wish is for, and how it is made known to the fleet. */
final class WishTarget {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @ArgGroup(multiplicity = "1")
  private Which which;

  /** One of them. */
  private static final class Which {
    @Parameters(paramLabel = "SYNC", description = "tenant/name, or name where one tenant has it.")
    private String sync;

    @Option(names = "--tenant", paramLabel = "TENANT", description = "All syncs of a tenant.")
    private String tenant;

    @Option(
        names = "--destination",
        paramLabel = "TENANT/NAME",
        description = "All syncs to a destination.")
    private String destination;
  }

  /** Grants it, and says for which syncs; fails if there is none. */
  int wish(Wish wish, Backhaul backhaul, boolean json) {
    Terminal terminal = backhaul.terminal();
    try (Operations operations = backhaul.operations(json)) {
      Set<String> meant = operations.wish(wish, target(operations));
      if (meant.isEmpty()) {
        throw new CommandLine.ParameterException(
            command.commandLine(), "no file and no fleet knows such a sync; status shows them");
      }
      terminal
          .out()
          .println(json ? FleetResults.json(wish, meant) : FleetResults.text(wish, meant));
      return ExitCode.DONE.code();
    }
  }

  private Target target(Operations operations) {
    if (which.tenant != null) {
      return new Target.OneTenant(which.tenant);
    }
    if (which.destination != null) {
      AccountName account = AccountName.of(which.destination, command);
      return new Target.OneAccount(account.tenant(), account.destination());
    }
    return operations.target(which.sync);
  }
}
