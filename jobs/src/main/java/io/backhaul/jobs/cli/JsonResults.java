/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.jobs.backfill.BackfillReport;
import io.backhaul.jobs.bench.BenchResult;
import io.backhaul.jobs.maintain.TableUpkeep;
import io.backhaul.jobs.rehearse.RehearsalReport;
import io.backhaul.jobs.report.DestinationIds;
import io.backhaul.jobs.report.SyncStatus;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.sync.DryRun;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.Step;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What {@code --json} prints: one line an object, one element a line in an array. Other programs
 * depend on these names; they change only by adding, and {@code sync} not at all.
 */
final class JsonResults {

  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(NODES)
          .build();

  private JsonResults() {}

  /** Of {@code sync}. */
  static String of(RunReport run) {
    return node(run).toString();
  }

  /** Of {@code backfill}. */
  static String of(BackfillReport report) {
    ObjectNode node = NODES.objectNode().put("id", report.id()).put("chunks", report.chunks());
    node.put("done_before", report.doneBefore()).put("finished", report.finished());
    ArrayNode runs = node.putArray("runs");
    report.runs().forEach(run -> runs.add(node(run)));
    return node.toString();
  }

  /** Of {@code demo}. */
  static String runs(List<RunReport> runs) {
    return array(runs.stream().map(JsonResults::node).toList());
  }

  /** Of {@code sync --rehearse}: the run's own, and what the sandbox saw. */
  static String of(RehearsalReport report) {
    ObjectNode node = node(report.run());
    node.put("rehearsal", true).put("requests", report.requests());
    ArrayNode refusals = node.putArray("refusals");
    for (RehearsalReport.Refusal refusal : report.refusals()) {
      ObjectNode one = refusals.addObject().put("stage", refusal.stage());
      one.put("code", refusal.code()).put("field", refusal.field());
      one.put("message", refusal.message()).put("records", refusal.records());
    }
    return node.toString();
  }

  private static ObjectNode node(RunReport run) {
    ObjectNode counts = NODES.objectNode();
    run.counts().forEach(counts::put);
    ObjectNode ops = NODES.objectNode();
    run.ops().forEach(ops::put);
    ObjectNode seconds = NODES.objectNode();
    for (Step step : Step.values()) {
      seconds.put(step.wireName(), rounded(run.seconds().getOrDefault(step.wireName(), 0.0)));
    }
    ObjectNode node =
        run(run.runId(), run.tenant(), run.sync(), run.status().wireName(), run.error());
    node.set("counts", counts);
    node.set("ops", ops);
    node.set("seconds", seconds);
    return node;
  }

  /** Of a command that ended without a result; {@code sync} keeps its shape, with nulls. */
  static String failure(String command, String error) {
    if (command.equals("sync")) {
      return run(null, null, null, "failed", error).toString();
    }
    return NODES.objectNode().put("status", "failed").put("error", error).toString();
  }

  private static ObjectNode run(
      String runId, String tenant, String sync, String status, String error) {
    ObjectNode node = NODES.objectNode();
    node.put("run_id", runId).put("tenant", tenant).put("sync", sync).put("status", status);
    node.putNull("counts");
    node.putNull("ops");
    node.putNull("seconds");
    return node.put("error", error);
  }

  /** Of {@code plan}. */
  static String of(DryRun.Plan plan) {
    ObjectNode node = NODES.objectNode();
    node.put("tenant", plan.tenant()).put("sync", plan.sync());
    node.put("source", plan.source()).put("unchanged", plan.unchanged());
    node.put("quarantined", plan.quarantined());
    node.set("ops", numbers(plan.ops()));
    node.put("waiting", plan.waiting());
    node.set("invalid", numbers(plan.invalid()));
    node.put("calls", plan.calls()).put("minutes", rounded(plan.minutes()));
    node.put("calls_left", plan.callsLeft());
    node.put("strategy", plan.strategy()).put("strategy_note", plan.strategyNote());
    ArrayNode stoppedBy = node.putArray("stopped_by");
    plan.stoppedBy().forEach(stoppedBy::add);
    ArrayNode samples = node.putArray("sample");
    for (DryRun.Sample sample : plan.sample()) {
      ObjectNode shown = samples.addObject();
      shown.set("key", parsed(sample.key()));
      shown.put("op", sample.op());
      shown.set("before", parsed(sample.before()));
      shown.set("after", parsed(sample.after()));
      ArrayNode changed = shown.putArray("changed_fields");
      sample.changedFields().forEach(changed::add);
    }
    return node.toString();
  }

  /** Of {@code validate} when nothing is wrong. */
  static String of(Operations.Checked checked) {
    ObjectNode node = NODES.objectNode().put("status", "succeeded");
    node.put("syncs", checked.syncs()).put("destinations", checked.destinations());
    node.putArray("problems");
    ArrayNode warnings = node.putArray("warnings");
    checked.warnings().forEach(warnings::add);
    ArrayNode notes = node.putArray("notes");
    checked.notes().forEach(notes::add);
    ArrayNode probes = node.putArray("probes");
    for (Operations.Probed probed : checked.probes()) {
      ObjectNode probe = probes.addObject().put("destination", probed.destination());
      probe.put("account", probed.probe().account()).put("asked", probed.probe().asked());
      probe.put("clock_skew_seconds", probed.probe().clockSkew().toMillis() / 1e3);
    }
    return node.toString();
  }

  /** Of {@code validate} when something is wrong. */
  static String of(List<SpecProblem> problems) {
    ObjectNode node = NODES.objectNode().put("status", "failed");
    ArrayNode array = node.putArray("problems");
    for (SpecProblem problem : problems) {
      array
          .addObject()
          .put("file", problem.file())
          .put("line", problem.line())
          .put("column", problem.column())
          .put("path", problem.path())
          .put("message", problem.message())
          .put("suggestion", problem.suggestion());
    }
    node.putArray("notes");
    return node.toString();
  }

  /** One element of {@code ids}. */
  static ObjectNode of(DestinationIds.Known known) {
    return NODES
        .objectNode()
        .put("key", known.key())
        .put("destination_id", known.destinationId())
        .put("synced_at", text(known.syncedAt()));
  }

  /** One element of {@code status}. */
  static ObjectNode of(SyncStatus status) {
    return NODES
        .objectNode()
        .put("tenant", status.tenant())
        .put("sync", status.sync())
        .put("run_id", status.runId())
        .put("status", status.status())
        .put("started_at", text(status.startedAt()))
        .put("ended_at", text(status.endedAt()))
        .put("error", status.error())
        .put("p95_seconds", status.p95Seconds())
        .put("estimated", status.estimated())
        .put("open_letters", status.openLetters())
        .put("held_by", status.heldBy())
        .put("held_until", text(status.heldUntil()));
  }

  /** Of {@code maintain}. */
  static String of(List<TableUpkeep> tables, boolean dryRun) {
    boolean failed = tables.stream().anyMatch(TableUpkeep::failed);
    ObjectNode node = NODES.objectNode().put("status", failed ? "failed" : "succeeded");
    node.put("dry_run", dryRun);
    ArrayNode array = node.putArray("tables");
    for (TableUpkeep table : tables) {
      array
          .addObject()
          .put("table", table.table())
          .put("rows_expired", table.rowsExpired())
          .put("files_compacted", table.filesCompacted())
          .put("bytes_freed", table.bytesFreed())
          .put("note", table.note())
          .put("failed", table.failed());
    }
    return node.toString();
  }

  /** Of {@code bench}. */
  static String of(BenchResult result) {
    ObjectNode node = NODES.objectNode().put("name", result.name()).put("rows", result.rows());
    node.put("changed", result.changed()).put("machine", result.machine());
    node.put("rounds", result.rounds());
    ObjectNode medians = node.putObject("medians");
    result.medians().forEach((name, figures) -> medians.set(name, figures(figures)));
    node.set("ratios", figures(result.ratios()));
    return node.put("answers_equal", result.answersEqual()).toString();
  }

  private static ObjectNode figures(Map<String, Double> figures) {
    ObjectNode node = NODES.objectNode();
    figures.forEach((name, figure) -> node.put(name, rounded(figure)));
    return node;
  }

  /** Of {@code dlq retry} and {@code dlq discard}. */
  static String letters(long letters) {
    return NODES.objectNode().put("letters", letters).toString();
  }

  /** An array that can be read line by line. */
  static String array(Collection<? extends JsonNode> elements) {
    return elements.isEmpty()
        ? "[]"
        : elements.stream()
            .map(JsonNode::toString)
            .collect(Collectors.joining(",\n", "[\n", "\n]"));
  }

  private static ObjectNode numbers(Map<String, Long> counts) {
    ObjectNode node = NODES.objectNode();
    counts.forEach(node::put);
    return node;
  }

  private static BigDecimal rounded(double value) {
    return BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP);
  }

  private static String text(Instant instant) {
    return Objects.toString(instant, null);
  }

  private static JsonNode parsed(String json) {
    try {
      return json == null ? NODES.nullNode() : JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the ledger holds something that is not JSON", e);
    }
  }
}
