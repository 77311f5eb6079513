/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Probe;
import io.backhaul.destination.Providers;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.spec.SpecProblems;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Asks destinations whether they take our credentials; sends no record. */
final class LiveCheck {

  /** From here on signatures and assertions with a time in them are refused by some. */
  private static final Duration MOST_SKEW = Duration.ofMinutes(1);

  private final SpecProblems problems;
  private final List<String> notes;
  private final List<Operations.Probed> probes;
  private final Clock clock;

  /**
   * @param problems gets destinations that refuse us
   * @param notes gets what could not be asked, and clocks that differ
   * @param probes gets what was answered
   */
  LiveCheck(
      SpecProblems problems, List<String> notes, List<Operations.Probed> probes, Clock clock) {
    this.problems = problems;
    this.notes = notes;
    this.probes = probes;
    this.clock = clock;
  }

  void check(DestinationConfig config) {
    String name = config.tenant() + "/" + config.name();
    DeliveryContext context = new DeliveryContext(clock, DeliveryContext.system().userAgent());
    try (Destination destination =
        Providers.of(config.type()).orElseThrow().open(config, context)) {
      Probe probe = destination.probe();
      if (probe.asked().isEmpty()) {
        notes.add(name + ": there is nothing harmless to ask a " + config.type() + " destination");
        return;
      }
      probes.add(new Operations.Probed(name, probe));
      if (probe.clockSkew().abs().compareTo(MOST_SKEW) > 0) {
        notes.add("%s: its clock is %d s off ours".formatted(name, probe.clockSkew().toSeconds()));
      }
    } catch (DestinationException e) {
      if (e.kind() == DestinationException.Kind.REFUSED) {
        problems.add(
            new SpecProblem(
                "destinations/" + name + ".yaml",
                0,
                0,
                "",
                e.code() + ": " + e.getMessage(),
                null));
      } else {
        notes.add(name + " could not be asked: " + Failures.reason(e));
      }
    }
  }
}
