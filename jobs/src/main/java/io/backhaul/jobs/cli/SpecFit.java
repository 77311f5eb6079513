/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Providers;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.MappingException;
import io.backhaul.diff.mapping.MappingProblem;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.jobs.spec.SchemaCheck;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.spec.SpecProblems;
import io.backhaul.jobs.spec.SyncSpec;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Checks a sync against what its source and its destination say of themselves; reads no row and
 * sends no record.
 */
final class SpecFit {

  private final SparkSession spark;
  private final SpecProblems problems;
  private final List<String> notes;

  /**
   * @param problems gets what does not fit
   * @param notes gets what could not be asked, and why
   */
  SpecFit(SparkSession spark, SpecProblems problems, List<String> notes) {
    this.spark = spark;
    this.problems = problems;
    this.notes = notes;
  }

  void check(SyncSpec sync) {
    checkSource(sync);
    checkDestination(sync);
  }

  private void checkSource(SyncSpec sync) {
    try (Snapshot snapshot = SnapshotSource.of(sync.source()).pin(spark)) {
      Mapping.resolve(spark, sync.mapping(), sync.rules(), snapshot.rows().schema());
    } catch (MappingException e) {
      problems.addAll(problems(sync, e));
    } catch (RuntimeException e) {
      notes.add(sync.id() + ": the source could not be asked: " + Failures.reason(e));
    }
  }

  private void checkDestination(SyncSpec sync) {
    try (Destination destination =
        Providers.of(sync.destination().type())
            .orElseThrow()
            .open(sync.destination(), DeliveryContext.system())) {
      problems.addAll(SchemaCheck.check(sync, destination.describe(sync.object())));
    } catch (DestinationException e) {
      notes.add(
          "%s: the destination %s could not be asked: %s"
              .formatted(sync.id(), sync.destination().name(), Failures.reason(e)));
    }
  }

  /** What the source does not have, each with its place in the sync file. */
  static List<SpecProblem> problems(SyncSpec sync, MappingException thrown) {
    return thrown.problems().stream().map(problem -> problem(sync, problem)).toList();
  }

  private static SpecProblem problem(SyncSpec sync, MappingProblem problem) {
    SpecProblem placed = sync.marks().problem(problem.path(), problem.message());
    return new SpecProblem(
        placed.file(),
        placed.line(),
        placed.column(),
        placed.path(),
        placed.message(),
        problem.candidates().isEmpty() ? null : problem.candidates().get(0));
  }
}
