/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Providers;
import io.backhaul.destination.inspect.Inspection;
import io.backhaul.destination.inspect.RecordFile;
import io.backhaul.jobs.spec.DestinationFile;
import io.backhaul.jobs.spec.NearestName;
import io.backhaul.jobs.spec.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A connector and records for it, as {@code connector write} and {@code read} take them. */
final class ConnectorChoice {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Parameters(paramLabel = "TYPE", description = "A type of destination, from connector list.")
  private String type;

  @Option(
      names = "--object",
      required = true,
      paramLabel = "OBJECT",
      description = "What is written to, for example contacts.")
  private String object;

  @Option(
      names = "--op",
      required = true,
      paramLabel = "OP",
      description = "upsert, insert, update or delete.")
  private String op;

  @Option(
      names = "--records",
      required = true,
      paramLabel = "FILE",
      description = "Records: [{\"key\":{…},\"fields\":{…},\"destination_id\":…}].")
  private Path records;

  @Option(
      names = "--destination",
      paramLabel = "YAML",
      description =
          "A destination file of that type; an account that is made up if left out. Secrets that"
              + " are not set are made up.")
  private Path destination;

  /** What looks at the connector. */
  Inspection inspection(Clock clock) {
    Map<String, DestinationProvider> providers = Providers.all();
    DestinationProvider provider = providers.get(type);
    if (provider == null) {
      throw wrong(
          "there is no connector '%s'%s; connector list shows all"
              .formatted(
                  type,
                  NearestName.of(type, providers.keySet())
                      .map(name -> " (did you mean " + name + "?)")
                      .orElse("")));
    }
    if (destination == null) {
      DestinationConfig config = new DestinationConfig("inspected", type, type, provider.sample());
      return new Inspection(provider, config, clock);
    }
    DestinationConfig config =
        DestinationFile.read(destination, providers.values(), Secrets.system().orMadeUp());
    if (!config.type().equals(type)) {
      throw wrong(destination + " is of type " + config.type() + ", not " + type);
    }
    return new Inspection(provider, config, clock);
  }

  String object() {
    return object;
  }

  /** The records of the file, as changes. */
  List<Change> changes() {
    Op chosen;
    try {
      chosen = Op.ofWireName(op);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage() + ": there are upsert, insert, update and delete");
    }
    try {
      return RecordFile.read(Files.readString(records), chosen);
    } catch (IOException e) {
      throw wrong(records + " cannot be read (" + e.getClass().getSimpleName() + ")");
    } catch (IllegalArgumentException e) {
      throw wrong(records + ": " + e.getMessage());
    }
  }

  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
