/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code circuit close}. */
@Command(
    name = "close",
    header = "Has the next run try a destination at once that is left alone until later.",
    description = {
      "",
      "For when you know that it works again. If it does not, the circuit opens anew, for a"
          + " minute.",
      ""
    },
    footer = {"", "Examples:", "  backhaul circuit close acme/crm"})
final class CircuitCloseCommand implements Callable<Integer> {

  @ParentCommand private CircuitCommand circuit;
  @Spec private CommandSpec command;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "TENANT/NAME", description = "The destination.")
  private String destination;

  @Override
  public Integer call() {
    AccountName account = AccountName.of(destination, command);
    try (Operations operations = circuit.backhaul().operations(json.chosen())) {
      boolean closed = operations.closeCircuit(account.tenant(), account.destination());
      circuit
          .backhaul()
          .terminal()
          .out()
          .println(
              json.chosen()
                  ? FleetResults.closed(destination, closed)
                  : destination
                      + (closed
                          ? ": closed; the next run tries it"
                          : ": nothing is known against it"));
      return ExitCode.DONE.code();
    }
  }
}
