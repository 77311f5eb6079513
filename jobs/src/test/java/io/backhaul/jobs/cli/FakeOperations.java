/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.jobs.backfill.BackfillReport;
import io.backhaul.jobs.backfill.BackfillRequest;
import io.backhaul.jobs.bench.BenchOptions;
import io.backhaul.jobs.bench.BenchResult;
import io.backhaul.jobs.deadletter.DeadLetterBox;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.maintain.TableUpkeep;
import io.backhaul.jobs.rehearse.RehearsalReport;
import io.backhaul.jobs.report.DestinationIds;
import io.backhaul.jobs.report.SyncStatus;
import io.backhaul.jobs.sync.DryRun;
import io.backhaul.jobs.sync.RunOptions;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.RunStatus;
import io.backhaul.jobs.worker.FleetSettings;
import io.backhaul.jobs.worker.Term;
import io.backhaul.jobs.worker.WorkerReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Answers at once with what a test prepared, and remembers what it was asked. */
final class FakeOperations implements Operations {

  static final String RUN = "20260301T120000000Z-0001";

  final List<Object> asked = new ArrayList<>();
  RunReport report = report(RunStatus.SUCCEEDED, Map.of(), null);
  DryRun.Plan plan = plan(List.of());
  List<String> notes = List.of();
  List<String> warnings = List.of();
  List<TableUpkeep> upkeep =
      List.of(
          new TableUpkeep("runs", 0, 3, 4096, null, false),
          new TableUpkeep("outbox acme/contacts", 12345, 0, 1 << 20, null, false));
  FleetEnd fleetEnd =
      new FleetEnd(new WorkerReport(3, 1, 0, 0, List.of(), List.of(), 2), List.of());
  Set<String> meant = Set.of("acme/contacts");
  RuntimeException thrown;
  boolean closed;

  static RunReport report(RunStatus status, Map<String, Long> changed, String error) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String name :
        List.of(
            "source",
            "unchanged",
            "planned",
            "applied",
            "rejected",
            "invalid",
            "quarantined",
            "deferred",
            "unknown")) {
      counts.put(name, changed.getOrDefault(name, 0L));
    }
    Map<String, Long> ops = new LinkedHashMap<>();
    for (String op : List.of("upsert", "insert", "update", "delete")) {
      ops.put(op, changed.getOrDefault(op, 0L));
    }
    Instant start = Instant.parse("2026-03-01T12:00:00Z");
    return new RunReport(
        RUN,
        "acme",
        "contacts",
        status,
        start,
        start.plusMillis(2500),
        counts,
        ops,
        Map.of("read", 0.25, "diff", 1.23456),
        "snapshot",
        null,
        null,
        error);
  }

  static DryRun.Plan plan(List<String> stoppedBy) {
    return new DryRun.Plan(
        "acme",
        "contacts",
        100,
        97,
        0,
        Map.of("upsert", 3L),
        0,
        Map.of("email: required", 2L),
        1,
        0.02,
        null,
        "snapshot",
        null,
        stoppedBy,
        List.of(
            new DryRun.Sample(
                "{\"customer_id\":17}",
                "upsert",
                "{\"origin\":\"warehouse\",\"score\":1.10}",
                "{\"origin\":\"warehouse\",\"score\":1.20}",
                List.of("score"))));
  }

  static ObjectNode letter() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("letter_id", "3f0c")
        .put("tenant", "acme")
        .put("sync", "contacts")
        .put("key", "{\"customer_id\":17}")
        .put("stage", "validation")
        .put("code", "email")
        .put("field", "email")
        .put("message", "is not an e-mail address")
        .put("last_seen", "2026-03-01T12:00:00Z");
  }

  private void ask(Object question) {
    asked.add(question);
    if (thrown != null) {
      throw thrown;
    }
  }

  @Override
  public Checked validate(String sync, Asking asking) {
    ask("validate " + sync + " " + asking);
    return new Checked(3, 2, warnings, notes, List.of());
  }

  @Override
  public RehearsalReport rehearse(String sync, RunOptions options) {
    ask("rehearse " + sync);
    return new RehearsalReport(
        report,
        7,
        List.of(
            new RehearsalReport.Refusal(
                "destination", "INVALID_EMAIL", "email", "is not an e-mail address", 3)));
  }

  @Override
  public DryRun.Plan plan(String sync, RunOptions options) {
    ask(options);
    return plan;
  }

  @Override
  public RunReport sync(String sync, RunOptions options) {
    asked.add(sync);
    ask(options);
    return report;
  }

  @Override
  public BackfillReport backfill(String sync, BackfillRequest request) {
    asked.add(sync);
    ask(request);
    return new BackfillReport("5f0c91ab", 3, 1, List.of(report), false);
  }

  @Override
  public List<SyncStatus> status(String sync) {
    ask("status " + sync);
    return List.of(
        new SyncStatus(
            "acme",
            "contacts",
            RUN,
            "partial",
            Instant.parse("2026-03-01T12:00:00Z"),
            Instant.parse("2026-03-01T12:00:02.500Z"),
            null,
            42.5,
            false,
            7,
            null,
            null));
  }

  @Override
  public Ids ids(String sync, List<String> keys, int limit) {
    ask(sync + " " + keys + " " + limit);
    Instant then = Instant.parse("2026-03-01T12:00:00Z");
    return new Ids(
        "acme/" + sync,
        List.of(
            new DestinationIds.Known("{\"customer_id\":17}", "003A", then),
            keys.isEmpty()
                ? new DestinationIds.Known("{\"customer_id\":18}", null, then)
                : new DestinationIds.Known("{\"customer_id\":99}", null, null)));
  }

  @Override
  public List<ObjectNode> letters(DeadLetterBox.Filter filter, String status, int limit) {
    asked.add(filter);
    ask(status + " " + limit);
    return List.of(letter());
  }

  @Override
  public Optional<ObjectNode> letter(String letterId) {
    ask(letterId);
    return letterId.equals("3f0c") ? Optional.of(letter()) : Optional.empty();
  }

  @Override
  public long retry(DeadLetterBox.Filter filter) {
    ask(filter);
    return 7;
  }

  @Override
  public long discard(DeadLetterBox.Filter filter) {
    ask(filter);
    return 7;
  }

  @Override
  public Answer sql(String statement, Integer limit) {
    ask(statement + " " + limit);
    ObjectNode row = JsonNodeFactory.instance.objectNode().put("sync", "contacts").put("n", 12345);
    row.putNull("error");
    return new Answer(List.of("sync", "n", "error"), List.of(row, row), false);
  }

  @Override
  public List<TableUpkeep> maintain(boolean dryRun) {
    ask("maintain " + dryRun);
    return upkeep;
  }

  @Override
  public FleetEnd fleet(Term term, FleetSettings settings, Consumer<String> tell) {
    asked.add(term);
    ask(settings);
    tell.accept("acme/contacts begins");
    return fleetEnd;
  }

  @Override
  public Target target(String sync) {
    return new Target.OneSync("acme", sync);
  }

  @Override
  public Set<String> wish(Wish wish, Target target) {
    ask(wish + " " + target);
    return meant;
  }

  @Override
  public boolean closeCircuit(String tenant, String destination) {
    ask("close " + tenant + " " + destination);
    return true;
  }

  @Override
  public List<RunReport> demo(Path folder, long rows, PrintWriter out, int columns) {
    ask(folder + " " + rows);
    out.println("once upon a time");
    return List.of(report);
  }

  @Override
  public BenchResult bench(BenchOptions options, Consumer<String> tell) {
    ask(options);
    tell.accept("round 1 of 5");
    return new BenchResult(
        options.name().wireName(),
        options.rows(),
        options.changed(),
        "two cores",
        options.rounds(),
        Map.of("backhaul", Map.of("seconds", 1.5)),
        Map.of("vs_plain", 4.25),
        true);
  }

  @Override
  public void close() {
    closed = true;
  }
}
