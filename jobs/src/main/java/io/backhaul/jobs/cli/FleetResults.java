/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.jobs.console.TextTable;
import io.backhaul.jobs.fleet.HeldAccount;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.worker.WorkerReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the commands about fleets print. */
final class FleetResults {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private FleetResults() {}

  /** Of {@code fleet}. */
  static String json(Operations.FleetEnd end) {
    WorkerReport report = end.report();
    ObjectNode node =
        NODES
            .objectNode()
            .put("done", report.done())
            .put("deferred", report.deferred())
            .put("failed", report.failed())
            .put("lost", report.lost())
            .put("waiting", report.waiting());
    ArrayNode parked = node.putArray("parked");
    report.parked().forEach(parked::add);
    ArrayNode held = node.putArray("held");
    for (HeldAccount account : report.held()) {
      held.addObject()
          .put("destination", account.account())
          .put("jobs", account.jobs())
          .put("reason", account.reason())
          .put("until", account.until().toString());
    }
    ArrayNode broken = node.putArray("broken");
    end.broken().forEach(problem -> broken.add(problem.toString()));
    return node.toString();
  }

  /** Of {@code fleet}, for people. */
  static String text(Operations.FleetEnd end, int columns) {
    WorkerReport report = end.report();
    List<String> lines = new ArrayList<>();
    lines.add(
        new TextTable("jobs done", "deferred", "failed", "taken over by others", "waiting")
            .row(report.done(), report.deferred(), report.failed(), report.lost(), report.waiting())
            .render(columns));
    if (!report.held().isEmpty()) {
      TextTable held = new TextTable("destination", "jobs", "waits because of", "until");
      report.held().forEach(one -> held.row(one.account(), one.jobs(), one.reason(), one.until()));
      lines.add(held.render(columns));
    }
    report
        .parked()
        .forEach(sync -> lines.add(sync + " is parked; backhaul resume " + sync + " ends that"));
    for (SpecProblem problem : end.broken()) {
      lines.add("left out: " + problem);
    }
    return String.join("\n", lines);
  }

  /** Of a wish. */
  static String json(Wish wish, Set<String> meant) {
    ObjectNode node = NODES.objectNode().put("wish", wish.wireName());
    ArrayNode syncs = node.putArray("syncs");
    meant.forEach(syncs::add);
    return node.toString();
  }

  /** Of a wish, for people. */
  static String text(Wish wish, Set<String> meant) {
    return wish.wireName() + ": " + String.join(", ", meant);
  }

  /** Of {@code circuit close}. */
  static String closed(String destination, boolean closed) {
    return NODES.objectNode().put("destination", destination).put("closed", closed).toString();
  }
}
