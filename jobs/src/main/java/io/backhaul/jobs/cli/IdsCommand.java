/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.report.DestinationIds;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ids}. */
@Command(
    name = "ids",
    header = "Says what the destination calls a sync's records.",
    description = {
      "",
      "For each key of the warehouse the id that the destination gave, and when it last took the"
          + " record. A key that it has not confirmed is said to be missing, with exit code 1.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul ids acme/accounts 17 18",
      "  backhaul ids acme/orders '{\"shop\":\"de\",\"nr\":17}'",
      "  backhaul ids acme/accounts --limit 1000 --json"
    })
final class IdsCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;

  @Parameters(index = "0", paramLabel = "SYNC", description = "tenant/name, or name.")
  private String sync;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "KEY",
      description =
          "Keys as dlq list and the ledger show them; the value alone where a key has one column."
              + " All, from the lowest on, if they are left out.")
  private List<String> keys = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "Without keys, at most so many (default: 50).")
  private int limit;

  @Override
  public Integer call() {
    Terminal terminal = backhaul.terminal();
    try (Operations operations = backhaul.operations(json.chosen())) {
      Operations.Ids ids = operations.ids(sync, keys, limit);
      terminal
          .out()
          .println(
              json.chosen()
                  ? JsonResults.array(ids.known().stream().map(JsonResults::of).toList())
                  : TextResults.of(ids, keys.isEmpty() ? limit : null, terminal.columns()));
      List<DestinationIds.Known> missing =
          ids.known().stream().filter(known -> !known.inState()).toList();
      missing.forEach(
          known ->
              terminal
                  .err()
                  .println(
                      "backhaul: "
                          + ids.sync()
                          + " has delivered no record with the key "
                          + known.key()));
      return (missing.isEmpty() ? ExitCode.DONE : ExitCode.WRONG_CONFIG).code();
    }
  }
}
