/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Providers;
import io.backhaul.diff.mapping.LookupIds;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.MappingException;
import io.backhaul.diff.mapping.MappingProblem;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.jobs.spec.SchemaCheck;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.spec.SpecProblems;
import io.backhaul.jobs.spec.SyncSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Checks a sync against what its source and its destination say of themselves; reads no row and
 * sends no record.
 */
final class SpecFit {

  private final SparkSession spark;
  private final Map<String, SyncSpec> syncs = new LinkedHashMap<>();
  private final Map<String, StructType> keys = new HashMap<>();
  private final Set<String> checked = new HashSet<>();
  private final SpecProblems problems;
  private final List<String> notes;

  /**
   * @param syncs what to check
   * @param problems gets what does not fit
   * @param notes gets what could not be asked, and why
   */
  SpecFit(
      SparkSession spark, Collection<SyncSpec> syncs, SpecProblems problems, List<String> notes) {
    this.spark = spark;
    syncs.forEach(sync -> this.syncs.put(sync.id(), sync));
    this.problems = problems;
    this.notes = notes;
  }

  /** Checks all of them. */
  void check() {
    syncs.values().forEach(this::check);
  }

  /** Those whose ids it looks up come first, so that it is known what their keys are. */
  private void check(SyncSpec sync) {
    if (checked.add(sync.id())) {
      lookedUp(sync).map(syncs::get).filter(Objects::nonNull).forEach(this::check);
      checkSource(sync);
      checkDestination(sync);
    }
  }

  private static Stream<String> lookedUp(SyncSpec sync) {
    return sync.mapping().lookedUp().stream().sorted().map(name -> sync.tenant() + "/" + name);
  }

  private Map<String, LookupIds> keysOnly(SyncSpec sync) {
    return lookedUp(sync)
        .filter(keys::containsKey)
        .collect(
            Collectors.toMap(
                id -> syncs.get(id).name(), id -> LookupIds.none(spark, keys.get(id))));
  }

  private void checkSource(SyncSpec sync) {
    try (Snapshot snapshot = SnapshotSource.of(sync.source()).pin(spark)) {
      Mapping mapping =
          Mapping.resolve(
              spark, sync.mapping(), sync.rules(), snapshot.rows().schema(), keysOnly(sync));
      keys.put(sync.id(), mapping.keySchema());
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
