/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.destination.Batch;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Wire;
import io.backhaul.destination.inspect.Inspection;
import io.backhaul.jobs.console.Terminal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code connector write}. */
@Command(
    name = "write",
    header = "Shows the exact requests a connector would make for records; sends nothing.",
    description = {
      "",
      "Secrets are shown as ***. Where a request depends on an earlier answer, the sandbox gives"
          + " one, in this process.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  backhaul connector write salesforce --object Account --op upsert --records records.json"
    })
final class ConnectorWriteCommand implements Callable<Integer> {

  @ParentCommand private ConnectorCommand connector;
  @Mixin private ConnectorChoice choice;
  @Mixin private JsonOption json;

  @Override
  public Integer call() {
    Terminal terminal = connector.backhaul().terminal();
    List<Wire.Request> requests = new ArrayList<>();
    try {
      Inspection inspection = choice.inspection(Clock.systemUTC());
      for (Batch batch : inspection.batches(choice.object(), choice.changes())) {
        requests.addAll(inspection.requests(batch));
      }
    } catch (DestinationException e) {
      throw choice.wrong(e.getMessage());
    }
    terminal
        .out()
        .println(json.chosen() ? ConnectorJson.requests(requests) : TextResults.requests(requests));
    return ExitCode.DONE.code();
  }
}
