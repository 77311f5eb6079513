/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.fleet.simulation.Simulation;
import io.backhaul.jobs.fleet.simulation.SimulationOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code simulate}. */
@Command(
    name = "simulate",
    header = "Plays a day of many tenants' syncs in a minute, with trouble and without.",
    description = {
      "",
      "The real scheduler, queue, circuits and rate gates work against a virtual clock and made-up"
          + " destinations. The first tenant's queries take ten minutes, the second one's records"
          + " all fail, one vendor throttles everybody for a twelfth of the day, and each hour a"
          + " worker is lost. Freshness is that of the syncs that none of it touches, beside that"
          + " of the same ones on the same day without the trouble. Reads no file, sends nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul simulate",
      "  backhaul simulate --tenants 20 --syncs 25 --hours 6 --seed 7 --json"
    })
final class SimulateCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Spec private CommandSpec command;
  @Mixin private JsonOption json;

  @Option(
      names = "--tenants",
      paramLabel = "N",
      defaultValue = "200",
      description = "Tenants, 3 or more (default: ${DEFAULT-VALUE}).")
  private int tenants;

  @Option(
      names = "--syncs",
      paramLabel = "N",
      defaultValue = "50",
      description = "Syncs of each (default: ${DEFAULT-VALUE}).")
  private int syncs;

  @Option(
      names = "--hours",
      paramLabel = "N",
      defaultValue = "24",
      description = "Virtual hours (default: ${DEFAULT-VALUE}).")
  private int hours;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of all that is made up; the same gives the same (default: 1).")
  private long seed;

  @Override
  public Integer call() {
    Logs.leaveCircuitsOut();
    Terminal terminal = backhaul.terminal();
    Simulation simulation = Simulation.run(options());
    terminal
        .out()
        .println(
            json.chosen()
                ? SimulationResults.json(simulation)
                : SimulationResults.text(simulation, terminal.columns()));
    return ExitCode.DONE.code();
  }

  private SimulationOptions options() {
    try {
      return new SimulationOptions(tenants, syncs, hours, seed);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
