/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationProvider;
import java.util.List;
import java.util.Optional;

/** Reads a destination file and lets its provider say, without I/O, what it can do. */
final class DestinationReader {

  /** A destination file without problems. */
  record Checked(DestinationConfig config, Capabilities capabilities) {}

  private final List<DestinationProvider> providers;
  private final Secrets secrets;

  DestinationReader(List<DestinationProvider> providers, Secrets secrets) {
    this.providers = providers;
    this.secrets = secrets;
  }

  /** The destination, or empty if a problem was added instead. */
  Optional<Checked> read(ConfFiles.Entry entry, SpecProblems all) {
    SpecMarks marks = new SpecMarks(entry.shown());
    SpecProblems problems = new SpecProblems();
    ObjectNode properties =
        YamlReader.read(entry.file(), marks, problems)
            .map(
                yaml ->
                    new ShapeReader(marks, secrets, problems)
                        .read(yaml, FileShapes.destination(providers)))
            .orElse(null);
    Optional<Checked> checked = Optional.empty();
    if (problems.isEmpty()) {
      String type = properties.remove("type").textValue();
      checked =
          open(
              new DestinationConfig(entry.tenant(), entry.name(), type, properties),
              marks,
              problems);
    }
    all.addAll(problems.all());
    return checked;
  }

  private Optional<Checked> open(DestinationConfig config, SpecMarks marks, SpecProblems problems) {
    DestinationProvider provider =
        providers.stream().filter(p -> p.type().equals(config.type())).findFirst().orElseThrow();
    try (Destination destination = provider.open(config, DeliveryContext.system())) {
      return Optional.of(new Checked(config, destination.capabilities()));
    } catch (DestinationException | IllegalArgumentException e) {
      problems.add(marks.problem("", String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }
}
