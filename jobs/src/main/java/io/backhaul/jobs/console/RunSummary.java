/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.console;

import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** What a person reads when a run has ended. */
public final class RunSummary {

  private RunSummary() {}

  /**
   * The summary as lines, with what to do next at its end.
   *
   * @param columns width to stay within where that is possible
   */
  public static String of(RunReport run, int columns) {
    List<String> lines = new ArrayList<>();
    String id = run.tenant() + "/" + run.sync();
    lines.add(
        "%s %s in %.1f s (run %s)"
            .formatted(
                id,
                run.status().wireName(),
                Duration.between(run.startedAt(), run.endedAt()).toMillis() / 1e3,
                run.runId()));
    if (run.error() != null) {
      lines.add(run.error());
    }
    lines.add(
        new TextTable(run.counts().keySet().toArray(String[]::new))
            .row(run.counts().values().toArray())
            .render(columns));
    lines.add("operations: " + ops(run.ops()));
    lines.add("seconds:    " + seconds(run.seconds()));
    if (run.strategyNote() != null) {
      lines.add("strategy:   " + run.strategy() + ", because " + run.strategyNote());
    }
    if (run.deferredCode() != null) {
      lines.add("deferred:   " + run.deferredCode());
    }
    String next = next(run, id);
    if (next != null) {
      lines.add("next:       " + next);
    }
    return String.join("\n", lines);
  }

  private static String ops(Map<String, Long> ops) {
    StringJoiner shown = new StringJoiner(", ");
    ops.forEach(
        (op, count) -> {
          if (count > 0) {
            shown.add(String.format(Locale.ROOT, "%,d %s", count, op));
          }
        });
    return shown.length() == 0 ? "none" : shown.toString();
  }

  private static String seconds(Map<String, Double> seconds) {
    StringJoiner shown = new StringJoiner(", ");
    for (Step step : Step.values()) {
      Double taken = seconds.get(step.wireName());
      if (taken != null) {
        shown.add(String.format(Locale.ROOT, "%s %.1f", step.wireName(), taken));
      }
    }
    return shown.length() == 0 ? "none" : shown.toString();
  }

  private static String next(RunReport run, String id) {
    return switch (run.status()) {
      case SUCCEEDED ->
          run.count("applied") == 0
              ? null
              : "backhaul sql \"SELECT * FROM deliveries WHERE run_id = '" + run.runId() + "'\"";
      case PARTIAL ->
          run.count("deferred") > 0
              ? "backhaul sync " + id + "  (takes up what was deferred)"
              : "backhaul dlq list " + id;
      case FAILED -> "backhaul sync " + id + " -v  (when the cause is gone; nothing is lost)";
      case STOPPED -> (run.count("rejected") > 0 ? "backhaul dlq list " : "backhaul plan ") + id;
      case SKIPPED -> "backhaul status " + id;
    };
  }
}
