/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.destination.Batch;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Wire;
import io.backhaul.destination.inspect.Inspection;
import io.backhaul.destination.inspect.Reading;
import io.backhaul.jobs.console.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code connector read}. */
@Command(
    name = "read",
    header = "Shows what a connector makes of a vendor's answer to records; asks nobody.",
    description = {
      "",
      "For a case at hand: what the vendor said goes in, what Backhaul does with it comes out. The"
          + " records are those of the request, in its order.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  backhaul connector read zendesk --object users --op upsert --records records.json"
          + " --status 429 --header 'Retry-After: 27' --body answer.txt"
    })
final class ConnectorReadCommand implements Callable<Integer> {

  @ParentCommand private ConnectorCommand connector;
  @Mixin private ConnectorChoice choice;
  @Mixin private JsonOption json;

  @Option(
      names = "--status",
      required = true,
      paramLabel = "STATUS",
      description = "HTTP status of the answer.")
  private int status;

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "A header of the answer; as often as need be.")
  private List<String> headers = List.of();

  @Option(
      names = "--body",
      paramLabel = "FILE",
      description = "Body of the answer; none if left out.")
  private Path body;

  @Override
  public Integer call() {
    Terminal terminal = connector.backhaul().terminal();
    Reading reading;
    Batch batch;
    try {
      Inspection inspection = choice.inspection(Clock.systemUTC());
      List<Batch> batches = inspection.batches(choice.object(), choice.changes());
      if (batches.size() > 1) {
        throw choice.wrong("the records do not go into one request");
      }
      batch = batches.get(0);
      reading = inspection.read(batch, new Wire.Reply(status, headers(), body()));
    } catch (DestinationException e) {
      throw choice.wrong(e.getMessage());
    }
    terminal
        .out()
        .println(
            json.chosen()
                ? ConnectorJson.reading(batch, reading)
                : TextResults.reading(batch, reading, terminal.columns()));
    return ExitCode.DONE.code();
  }

  private Map<String, List<String>> headers() {
    Map<String, List<String>> values = new HashMap<>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw choice.wrong("'" + header + "' is no header: write 'Name: value'");
      }
      values
          .computeIfAbsent(header.substring(0, colon).strip(), any -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    return values;
  }

  private byte[] body() {
    try {
      return body == null ? new byte[0] : Files.readAllBytes(body);
    } catch (IOException e) {
      throw choice.wrong(body + " cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }
}
