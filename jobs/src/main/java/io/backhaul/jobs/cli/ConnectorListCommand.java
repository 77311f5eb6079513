/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Providers;
import io.backhaul.jobs.console.Terminal;
import java.util.Collection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code connector list}. */
@Command(
    name = "list",
    header = "Lists the types of destination, and what each can do.",
    description = "",
    footer = {"Example:", "  backhaul connector list"})
final class ConnectorListCommand implements Callable<Integer> {

  @ParentCommand private ConnectorCommand connector;
  @Mixin private JsonOption json;

  @Override
  public Integer call() {
    Terminal terminal = connector.backhaul().terminal();
    Collection<DestinationProvider> providers = Providers.all().values();
    terminal
        .out()
        .println(
            json.chosen()
                ? ConnectorJson.list(providers)
                : TextResults.connectors(providers, terminal.columns()));
    return ExitCode.DONE.code();
  }
}
