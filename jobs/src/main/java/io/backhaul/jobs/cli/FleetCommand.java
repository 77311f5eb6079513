/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.worker.FleetSettings;
import io.backhaul.jobs.worker.Term;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code fleet}. */
@Command(
    name = "fleet",
    header = "Runs the syncs that are due, several at once; the rest of the time it waits.",
    description = {
      "",
      "When a sync is due its file says (schedule). Jobs lie in the ledger's table queue, from"
          + " which several fleet applications take them, each job for one of them; jobs of one"
          + " that dies are given to another after a minute. Tenants and destinations have their"
          + " shares of the places; those whose destination is throttled or broken wait outside of"
          + " them. A sync whose file is wrong is left out and said, and one that keeps failing is"
          + " parked, until somebody says resume. Start it every few minutes with --for, or leave"
          + " it on.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul fleet --once               what is due now, and what follows from it",
      "  backhaul fleet --for 55m            for a scheduler that starts it every hour",
      "  backhaul fleet --workers 8          until Ctrl-C, eight syncs at once"
    })
final class FleetCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;
  @ArgGroup private Until until;

  /** For how long it takes jobs. */
  private static final class Until {
    @Option(
        names = "--once",
        required = true,
        description = "Run what is due now and what follows from it, and end.")
    private boolean once;

    @Option(
        names = "--for",
        required = true,
        paramLabel = "TIME",
        converter = Patience.class,
        description = "Begin jobs for so long, such as 55m; those under way end by themselves.")
    private Duration duration;

    private Term term() {
      return once ? new Term.Once() : new Term.For(duration);
    }
  }

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "4",
      converter = AtLeastOne.class,
      description = "Syncs at once (default: ${DEFAULT-VALUE}).")
  private Long workers;

  @Option(
      names = "--per-tenant",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description =
          "Most syncs of one tenant at once, over all applications (default: the places divided by"
              + " the tenants, of which no more than twenty count).")
  private Long perTenant;

  @Option(
      names = "--per-destination",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Most syncs of one destination account at once (default: half of a tenant's).")
  private Long perDestination;

  @Option(
      names = "--max-consecutive-failures",
      paramLabel = "N",
      defaultValue = "5",
      converter = AtLeastOne.class,
      description =
          "Failed runs in a row after which a sync is parked (default: ${DEFAULT-VALUE}).")
  private Long maxConsecutiveFailures;

  @Override
  public Integer call() {
    Terminal terminal = backhaul.terminal();
    Term term = until == null ? new Term.Endless() : until.term();
    FleetSettings settings =
        new FleetSettings(
            number(workers),
            number(perTenant),
            number(perDestination),
            number(maxConsecutiveFailures));
    try (Operations operations = backhaul.operations(json.chosen())) {
      Operations.FleetEnd end = operations.fleet(term, settings, terminal.err()::println);
      terminal
          .out()
          .println(
              json.chosen() ? FleetResults.json(end) : FleetResults.text(end, terminal.columns()));
      boolean trouble = !end.report().parked().isEmpty() || !end.broken().isEmpty();
      return (trouble ? ExitCode.FAILED : ExitCode.DONE).code();
    }
  }

  private static Integer number(Long chosen) {
    return chosen == null ? null : Math.toIntExact(Math.min(chosen, Integer.MAX_VALUE));
  }
}
