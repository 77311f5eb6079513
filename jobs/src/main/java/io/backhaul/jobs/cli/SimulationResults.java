/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.jobs.console.TextTable;
import io.backhaul.jobs.fleet.simulation.DayResult;
import io.backhaul.jobs.fleet.simulation.Percentiles;
import io.backhaul.jobs.fleet.simulation.Simulation;
import io.backhaul.jobs.spec.Priority;
import java.util.Locale;
import java.util.Map;

/** What {@code simulate} prints. */
final class SimulationResults {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SimulationResults() {}

  /** One line; other programs depend on these names. */
  static String json(Simulation simulation) {
    DayResult day = simulation.day();
    ObjectNode node = NODES.objectNode();
    node.set("freshness", freshness(day.untouched()));
    node.set("baseline", freshness(simulation.baseline().untouched()));
    return node.put("wasted_call_share", Math.round(day.wastedShare() * 1e6) / 1e6)
        .put("starved", day.starved())
        .put("jobs", day.jobs())
        .put("lost", day.lost())
        .put("twice", day.twice())
        .toString();
  }

  private static ObjectNode freshness(Map<Priority, Percentiles> percentiles) {
    ObjectNode node = NODES.objectNode();
    for (Priority priority : Priority.values()) {
      Percentiles these = percentiles.get(priority);
      node.putObject(priority.wireName())
          .put("p50", these.p50())
          .put("p95", these.p95())
          .put("p99", these.p99());
    }
    return node;
  }

  /** For people. */
  static String text(Simulation simulation, int columns) {
    DayResult day = simulation.day();
    TextTable freshness = new TextTable("seconds until delivered", "priority", "p50", "p95", "p99");
    rows(freshness, "untouched by trouble", day.untouched());
    rows(freshness, "the same, without trouble", simulation.baseline().untouched());
    rows(freshness, "touched by trouble", day.touched());
    TextTable counts = new TextTable("", "with trouble", "without");
    DayResult baseline = simulation.baseline();
    counts.row("jobs ended", day.jobs(), baseline.jobs());
    counts.row("lost", day.lost(), baseline.lost());
    counts.row("ended twice", day.twice(), baseline.twice());
    counts.row("late ends refused", day.fenced(), baseline.fenced());
    counts.row("starved", day.starved(), baseline.starved());
    counts.row("syncs parked", day.parked(), baseline.parked());
    counts.row("calls", day.calls(), baseline.calls());
    counts.row("calls in vain", day.wasted(), baseline.wasted());
    return ("%d tenants of %d syncs, %d hours; %d workers of %d places, used to %s (%s without"
                + " trouble)")
            .formatted(
                simulation.options().tenants(),
                simulation.options().syncs(),
                simulation.options().hours(),
                day.workers(),
                day.places(),
                percent(day.utilisation()),
                percent(baseline.utilisation()))
        + "\n"
        + freshness.render(columns)
        + "\n"
        + counts.render(columns)
        + "\n"
        + "Calls in vain: "
        + String.format(Locale.ROOT, "%.2f", day.wastedShare() * 100)
        + "% of all";
  }

  private static void rows(TextTable table, String which, Map<Priority, Percentiles> percentiles) {
    for (Priority priority : Priority.values()) {
      Percentiles these = percentiles.get(priority);
      table.row(which, priority.wireName(), these.p50(), these.p95(), these.p99());
    }
  }

  private static String percent(double share) {
    return Math.round(share * 100) + "%";
  }
}
