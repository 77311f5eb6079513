/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec.dbt;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What dbt's last run says of a model: {@code run_results.json} of its building and its tests,
 * {@code sources.json} of how fresh its sources are. Both lie beside the manifest and may be
 * missing.
 *
 * @param failures why the model should not be taken, each a clause
 * @param warnings what somebody should know, each a clause
 */
public record DbtHealth(List<String> failures, List<String> warnings) {

  private static final Set<String> FAILED =
      Set.of("error", "fail", "skipped", "partial success", "runtime error");

  /** What leaves results of its own; after {@code docs generate} every node is a success. */
  private static final Set<String> BUILDING =
      Set.of("", "build", "run", "test", "seed", "snapshot", "retry", "clone");

  public DbtHealth {
    failures = List.copyOf(failures);
    warnings = List.copyOf(warnings);
  }

  /**
   * Looks into the files of a folder.
   *
   * @throws DbtException if one of them cannot be read
   */
  public static DbtHealth of(DbtModel model, Path folder) throws DbtException {
    List<String> failures = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    Optional<JsonNode> run = DbtFiles.read(folder.resolve("run_results.json"));
    if (run.isEmpty()) {
      warnings.add(
          "there is no run_results.json beside the manifest, so that nobody knows whether "
              + model.id()
              + " was built");
    } else if (!BUILDING.contains(command(run.get()))) {
      warnings.add(
          "run_results.json beside the manifest is of `dbt %s`, which builds nothing, so that"
                  .formatted(command(run.get()))
              + " nobody knows whether "
              + model.id()
              + " was built; keep the file that `dbt build` left");
    } else {
      Map<String, String> statuses = statuses(run.get());
      String built = statuses.getOrDefault(model.id(), "");
      if (FAILED.contains(built)) {
        failures.add("dbt's last run of %s ended as `%s`".formatted(model.id(), built));
      }
      for (String test : model.tests()) {
        String status = statuses.getOrDefault(test, "");
        String what = "its test %s ended as `%s`".formatted(DbtModel.withoutKind(test), status);
        if (status.equals("fail") || status.equals("error")) {
          failures.add(what);
        } else if (status.equals("warn")) {
          warnings.add(what);
        }
      }
    }
    DbtFiles.read(folder.resolve("sources.json"))
        .map(DbtHealth::statuses)
        .ifPresent(statuses -> sources(model, statuses, failures, warnings));
    return new DbtHealth(failures, warnings);
  }

  private static void sources(
      DbtModel model, Map<String, String> statuses, List<String> failures, List<String> warnings) {
    for (String source : model.sources()) {
      String status = statuses.getOrDefault(source, "");
      String what =
          "its source %s ended as `%s` in dbt's look at freshness"
              .formatted(DbtModel.withoutKind(source), status);
      if (FAILED.contains(status)) {
        failures.add(what);
      } else if (status.equals("warn")) {
        warnings.add(what);
      }
    }
  }

  private static String command(JsonNode run) {
    return run.path("args").path("which").asText("");
  }

  /** By id, in lower case: Fusion writes some of them with a capital. */
  private static Map<String, String> statuses(JsonNode root) {
    Map<String, String> statuses = new TreeMap<>();
    root.path("results")
        .forEach(
            result ->
                statuses.put(
                    result.path("unique_id").asText(""),
                    result.path("status").asText("").toLowerCase(Locale.ROOT)));
    return statuses;
  }
}
