/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.Wire;
import io.backhaul.destination.inspect.Reading;
import io.backhaul.jobs.backfill.BackfillReport;
import io.backhaul.jobs.bench.BenchResult;
import io.backhaul.jobs.console.TextTable;
import io.backhaul.jobs.maintain.TableUpkeep;
import io.backhaul.jobs.rehearse.RehearsalReport;
import io.backhaul.jobs.report.DestinationIds;
import io.backhaul.jobs.report.SyncStatus;
import io.backhaul.jobs.sync.DryRun;
import io.backhaul.jobs.sync.RunReport;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a command prints for people. */
final class TextResults {

  private TextResults() {}

  /** Of {@code validate}. */
  static String of(Operations.Checked checked) {
    List<String> lines = new ArrayList<>();
    for (Operations.Probed probed : checked.probes()) {
      String account = probed.probe().account();
      lines.add(
          "%s takes our credentials%s (%s)"
              .formatted(
                  probed.destination(),
                  account == null ? "" : ", as " + account,
                  probed.probe().asked()));
    }
    lines.add(
        "%s and %s: nothing is wrong%s"
            .formatted(
                count(checked.syncs(), "sync"),
                count(checked.destinations(), "destination"),
                checked.notes().isEmpty() ? "" : ", as far as it could be checked"));
    return String.join("\n", lines);
  }

  /** Of {@code plan}. */
  static String of(DryRun.Plan plan, int columns) {
    List<String> lines = new ArrayList<>();
    lines.add("%s/%s, if it ran now:".formatted(plan.tenant(), plan.sync()));
    TextTable counts = new TextTable("what", "rows");
    counts.row("source", plan.source()).row("unchanged", plan.unchanged());
    plan.ops().forEach((op, rows) -> counts.row(op, rows));
    if (plan.waiting() > 0) {
      counts.row("of these waiting for a lookup", plan.waiting());
    }
    plan.invalid().forEach((rule, rows) -> counts.row("invalid, " + rule, rows));
    counts.row("quarantined", plan.quarantined());
    lines.add(counts.render(columns));
    lines.add(
        String.format(
            Locale.ROOT, "at least %,d calls and %.1f minutes", plan.calls(), plan.minutes()));
    if (plan.callsLeft() != null) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d calls are left today for syncs of its priority%s",
              plan.callsLeft(),
              plan.callsLeft() < plan.calls() ? "; the rest would be deferred" : ""));
    }
    if (plan.strategyNote() != null) {
      lines.add("by " + plan.strategy() + ", because " + plan.strategyNote());
    }
    if (!plan.sample().isEmpty()) {
      TextTable sample = new TextTable("op", "key", "before", "after");
      plan.sample().forEach(one -> sample.row(one.op(), one.key(), one.before(), one.after()));
      lines.add(sample.render(columns));
    }
    plan.stoppedBy().forEach(guard -> lines.add("a guard would stop it: " + guard));
    return String.join("\n", lines);
  }

  /** Of {@code status}. */
  static String of(List<SyncStatus> all, Instant now, int columns) {
    if (all.isEmpty()) {
      return "nothing has run yet";
    }
    TextTable table =
        new TextTable(
            "sync", "last run", "status", "age", "p95 freshness", "open letters", "lease");
    for (SyncStatus one : all) {
      table.row(
          one.id(),
          one.runId(),
          one.status(),
          ago(one.endedAt(), now),
          freshness(one),
          one.openLetters(),
          one.heldBy() == null ? "free" : "held by " + one.heldBy());
    }
    List<String> lines = new ArrayList<>(List.of(table.render(columns)));
    all.stream()
        .filter(one -> one.error() != null)
        .forEach(one -> lines.add(one.id() + ": " + one.error()));
    return String.join("\n", lines);
  }

  /** Of {@code backfill}. */
  static String of(BackfillReport report, int columns) {
    if (report.finished() && report.runs().isEmpty()) {
      return "it was done before, as runs with trigger backfill "
          + report.id()
          + " say; --again does it again";
    }
    TextTable table = new TextTable("run", "status", "planned", "applied", "rejected", "deferred");
    for (RunReport run : report.runs()) {
      table.row(
          run.runId(),
          run.status().wireName(),
          run.count("planned"),
          run.count("applied"),
          run.count("rejected"),
          run.count("deferred"));
    }
    int ended = report.runs().size() - (report.finished() ? 0 : 1);
    List<String> lines = new ArrayList<>(List.of(table.render(columns)));
    lines.add(
        "%d of %d pieces are done%s"
            .formatted(
                report.doneBefore() + ended,
                report.chunks(),
                report.finished() ? "" : "; the same command goes on"));
    report.runs().stream()
        .filter(run -> run.error() != null)
        .forEach(run -> lines.add(run.error()));
    return String.join("\n", lines);
  }

  /** Of {@code maintain}. */
  static String of(List<TableUpkeep> tables, boolean dryRun, int columns) {
    if (tables.isEmpty()) {
      return "the ledger is empty";
    }
    TextTable table =
        new TextTable("table", "rows expired", "files compacted", "bytes freed", "note");
    for (TableUpkeep one : tables) {
      table.row(one.table(), one.rowsExpired(), one.filesCompacted(), one.bytesFreed(), one.note());
    }
    return table.render(columns)
        + (dryRun ? "\nnothing was changed; without --dry-run it will be" : "");
  }

  /** Of {@code bench}. */
  static String of(BenchResult result, int columns) {
    TextTable table =
        new TextTable("contender", "seconds", "from", "to", "CPU s", "peak heap MB", "shuffled MB");
    result
        .medians()
        .forEach(
            (name, figures) ->
                table.row(
                    name,
                    figure(figures.get("seconds")),
                    figure(figures.get("seconds_min")),
                    figure(figures.get("seconds_max")),
                    figure(figures.get("cpu_seconds")),
                    figure(figures.get("peak_heap_mb")),
                    figure(figures.get("shuffled_mb"))));
    TextTable ratios = new TextTable("figure", "value");
    result.ratios().forEach((name, ratio) -> ratios.row(name, figure(ratio)));
    return String.format(
        Locale.ROOT,
        "%s: %,d rows, %s %% changed, medians of %d rounds%n%s%n%s%n%s",
        result.name(),
        result.rows(),
        BigDecimal.valueOf(result.changed()).stripTrailingZeros().toPlainString(),
        result.rounds(),
        result.machine(),
        table.render(columns),
        ratios.render(columns));
  }

  private static BigDecimal figure(Double value) {
    return value == null ? null : BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP);
  }

  /**
   * Of {@code ids}.
   *
   * @param limit {@code null} where particular keys were asked for
   */
  static String of(Operations.Ids ids, Integer limit, int columns) {
    TextTable table = new TextTable("key", "destination id", "synced at");
    ids.known().stream()
        .filter(DestinationIds.Known::inState)
        .forEach(
            known ->
                table.row(known.key(), known.destinationId(), minute(known.syncedAt().toString())));
    if (table.isEmpty()) {
      return limit == null ? "none of them" : ids.sync() + " has delivered nothing yet";
    }
    return table.render(columns)
        + (limit == null || ids.known().size() < limit
            ? ""
            : "\nthe first " + limit + "; --limit shows more");
  }

  /** Of {@code dlq list}. */
  static String letters(List<ObjectNode> letters, int limit, int columns) {
    if (letters.isEmpty()) {
      return "no dead letters";
    }
    TextTable table =
        new TextTable("letter", "sync", "key", "code", "field", "message", "last seen");
    for (ObjectNode letter : letters) {
      table.row(
          text(letter, "letter_id"),
          text(letter, "tenant") + "/" + text(letter, "sync"),
          text(letter, "key"),
          text(letter, "code"),
          text(letter, "field"),
          text(letter, "message"),
          minute(text(letter, "last_seen")));
    }
    return table.render(columns)
        + (letters.size() < limit ? "" : "\nthe newest " + limit + "; --limit shows more");
  }

  /** Of {@code dlq show}. */
  static String letter(ObjectNode letter) {
    StringBuilder lines = new StringBuilder();
    Iterator<Map.Entry<String, JsonNode>> fields = letter.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      lines.append(
          String.format(Locale.ROOT, "%-12s %s%n", field.getKey(), shown(field.getValue())));
    }
    return lines.toString().stripTrailing();
  }

  /** Of {@code sql}. */
  static String of(Operations.Answer answer, int columns) {
    TextTable table = new TextTable(answer.columns().toArray(String[]::new));
    for (ObjectNode row : answer.rows()) {
      table.row(answer.columns().stream().map(name -> cell(row.get(name))).toArray());
    }
    return table.render(columns)
        + "\n"
        + count(answer.rows().size(), "row")
        + (answer.more() ? " shown, and there are more; --rows shows them" : "");
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static String freshness(SyncStatus status) {
    if (status.p95Seconds() == null) {
      return null;
    }
    String about = Boolean.TRUE.equals(status.estimated()) ? "about " : "";
    return about + span(Duration.ofMillis(Math.round(status.p95Seconds() * 1000)));
  }

  private static String ago(Instant then, Instant now) {
    return then == null ? null : span(Duration.between(then, now));
  }

  private static String span(Duration time) {
    if (time.toMinutes() < 2) {
      return time.toSeconds() + " s";
    } else if (time.toHours() < 2) {
      return time.toMinutes() + " min";
    }
    return time.toDays() < 2 ? time.toHours() + " h" : time.toDays() + " days";
  }

  private static Object cell(JsonNode value) {
    if (value == null || value.isNull()) {
      return null;
    }
    return value.isNumber() ? value.decimalValue() : shown(value);
  }

  private static String minute(String instant) {
    return instant == null ? null : instant.substring(0, 16).replace('T', ' ');
  }

  private static String text(ObjectNode letter, String field) {
    JsonNode value = letter.path(field);
    return value.isNull() || value.isMissingNode() ? null : shown(value);
  }

  private static String shown(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }

  /** Of {@code sync --rehearse}. */
  static String of(RehearsalReport report, int columns) {
    RunReport run = report.run();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s/%s would have ended as %s; the sandbox was sent %,d requests"
            .formatted(run.tenant(), run.sync(), run.status().wireName(), report.requests()));
    if (run.error() != null) {
      lines.add(run.error());
    }
    lines.add(
        new TextTable(run.counts().keySet().toArray(String[]::new))
            .row(run.counts().values().toArray())
            .render(columns));
    if (!report.refusals().isEmpty()) {
      TextTable refusals = new TextTable("records", "stage", "code", "field", "message");
      report
          .refusals()
          .forEach(
              one ->
                  refusals.row(one.records(), one.stage(), one.code(), one.field(), one.message()));
      lines.add(refusals.render(columns));
    }
    lines.add("Nothing was sent to the destination, and the ledger is as it was.");
    return String.join("\n", lines);
  }

  /** Of {@code connector list}. */
  static String connectors(Collection<DestinationProvider> providers, int columns) {
    TextTable table = new TextTable("type", "objects", "ops", "records", "results");
    for (DestinationProvider provider : providers) {
      Optional<Capabilities> capabilities = ConnectorJson.capabilities(provider);
      Profile profile = provider.profile();
      table.row(
          provider.type(),
          profile.objects().stream().map(Profile.Target::name).collect(Collectors.joining(", ")),
          capabilities
              .map(
                  can ->
                      can.ops().stream()
                          .map(Op::wireName)
                          .sorted()
                          .collect(Collectors.joining(", ")))
              .orElse(""),
          capabilities.map(Capabilities::maxRecords).orElse(null),
          profile.resultsPerRecord() ? "per record" : "per request");
    }
    return table.render(columns);
  }

  /** Of {@code connector write}. */
  static String requests(List<Wire.Request> requests) {
    List<String> lines = new ArrayList<>();
    for (Wire.Request request : requests) {
      lines.add(request.method() + " " + request.uri());
      request.headers().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(header -> lines.add(header.getKey() + ": " + header.getValue()));
      lines.add("");
      if (request.body() != null) {
        lines.add(new String(request.body(), StandardCharsets.UTF_8));
        lines.add("");
      }
    }
    return String.join("\n", lines);
  }

  /** Of {@code connector read}. */
  static String reading(Batch batch, Reading reading, int columns) {
    if (reading instanceof Reading.Failed failed) {
      DestinationException failure = failed.failure();
      return ConnectorJson.rejectsTheOnlyRecord(batch, failure)
          ? "the record is rejected: " + failure.code() + ": " + failure.getMessage()
          : "no results: %s (%s); %s, %s%s"
              .formatted(
                  failure.getMessage(),
                  failure.code(),
                  failure.outcomeKnown() ? "nothing was applied" : "nobody knows what was applied",
                  failure.retryable() ? "may pass later" : "will not pass as it is",
                  failure.rateHint().pause().isZero()
                      ? ""
                      : ", after " + failure.rateHint().pause().toSeconds() + " s");
    }
    Delivery delivery = ((Reading.Understood) reading).delivery();
    if (delivery instanceof Delivery.Pending pending) {
      return "the vendor works on it as job " + pending.job().value();
    }
    TextTable table = new TextTable("key", "outcome", "id", "code", "field", "message");
    for (RecordResult result : ((Delivery.Settled) delivery).results()) {
      if (result instanceof RecordResult.Applied applied) {
        table.row(result.key(), "applied", applied.destinationId(), null, null, null);
      } else if (result instanceof RecordResult.Rejected no) {
        table.row(result.key(), "rejected", null, no.code(), no.field(), no.message());
      } else if (result instanceof RecordResult.Retry retry) {
        table.row(result.key(), "retry", null, retry.code(), null, null);
      } else if (result instanceof RecordResult.Unknown unknown) {
        table.row(result.key(), "unknown", null, null, null, unknown.reason());
      }
    }
    return table.render(columns);
  }
}
