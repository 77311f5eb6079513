/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.reach.JdbcQueryGuard;
import io.backhaul.diff.reach.JdbcUrlGuard;
import io.backhaul.diff.reach.QueryGuard;
import io.backhaul.diff.reach.Reach;
import io.backhaul.diff.source.SourceSpec;
import io.backhaul.jobs.spec.dbt.DbtException;
import io.backhaul.jobs.spec.dbt.DbtHealth;
import io.backhaul.jobs.spec.dbt.DbtManifest;
import io.backhaul.jobs.spec.dbt.DbtModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code source} of type {@code dbt}: what dbt knows of a model, and how to get at its rows.
 */
final class DbtSourceReader {

  private static final String MODEL = "source.model";

  private final Checks checks;
  private final Path base;
  private final Reach reach;

  /**
   * @param reach of the tenant, or {@code null} where there are no tenants
   */
  DbtSourceReader(Checks checks, Path base, Reach reach) {
    this.checks = checks;
    this.base = base;
    this.reach = reach;
  }

  /**
   * A model and its source.
   *
   * @param source empty if a problem was found in it
   */
  record Found(DbtModel model, Optional<SourceSpec> source, Upstream upstream) {}

  /** What the manifest says; empty if a problem was added. */
  Optional<Found> read(ObjectNode source) {
    Optional<String> asked = SourceReader.text(source, "model");
    Optional<String> written = SourceReader.text(source, "manifest");
    if (asked.isEmpty()
        || written.isEmpty()
        || !source.path("through").has("type")
        || !source.has("on_dbt_failure")) {
      return Optional.empty();
    }
    Optional<String> path = checks.absolute("source.manifest", base, written.get());
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (reach != null && !reach.paths().covers(path.get())) {
      checks.problem("source.manifest", reach.mayNot() + " read there; " + reach.remedy("paths"));
      return Optional.empty();
    }
    DbtManifest manifest;
    try {
      manifest = DbtManifest.read(Path.of(path.get()));
    } catch (DbtException e) {
      checks.problem("source.manifest", e.getMessage());
      return Optional.empty();
    }
    try {
      DbtModel model = manifest.model(asked.get());
      boolean stops = source.path("on_dbt_failure").asText().equals("stop");
      Upstream upstream = upstream(DbtHealth.of(model, manifest.folder()), stops);
      return Optional.of(new Found(model, through(source.get("through"), model), upstream));
    } catch (DbtException e) {
      if (e.candidates().isEmpty()) {
        checks.problem(MODEL, e.getMessage());
      } else {
        checks.problem(MODEL, e.getMessage(), asked.get(), e.candidates());
      }
      return Optional.empty();
    }
  }

  /** What dbt's model says of the sync's key and columns, beside what it said of itself. */
  Upstream checked(Found found, MappingSpec mapping) {
    DbtModel model = found.model();
    for (FieldMapping field : mapping.fields()) {
      if (field instanceof FieldMapping.FromColumn from) {
        checkColumn(field.field(), from.column(), model);
      } else if (field instanceof FieldMapping.FromLookup from) {
        from.lookup().key().stream()
            .filter(part -> !part.isExpression())
            .forEach(part -> checkColumn(field.field() + ".lookup.key", part.text(), model));
      }
    }
    if (model.isUniqueBy(mapping.key())) {
      return found.upstream();
    }
    List<String> warnings = new ArrayList<>(found.upstream().warnings());
    warnings.add(
        "dbt does not test that %s is unique in %s, and rows that share a key become dead letters;"
                .formatted(String.join(", ", mapping.key()), model.id())
            + " add a `unique` test to it");
    return new Upstream(found.upstream().failures(), warnings);
  }

  private void checkColumn(String field, String column, DbtModel model) {
    if (!model.mayHave(column)) {
      checks.problem(
          "mapping." + field,
          "the contract of %s has no column %s".formatted(model.id(), column),
          column,
          model.columns().keySet());
    }
  }

  private static Upstream upstream(DbtHealth health, boolean stops) {
    if (!stops) {
      List<String> all = new ArrayList<>(health.failures());
      all.addAll(health.warnings());
      return new Upstream(List.of(), all);
    }
    List<String> failures =
        health.failures().stream()
            .map(
                why ->
                    why
                        + "; run dbt again, or say on_dbt_failure: warn to take its rows all the"
                        + " same")
            .toList();
    return new Upstream(failures, health.warnings());
  }

  private Optional<SourceSpec> through(JsonNode through, DbtModel model) {
    return switch (through.path("type").asText()) {
      case "delta" -> table(model).map(name -> new SourceSpec.Delta(null, name));
      case "iceberg" ->
          table(model).map(name -> new SourceSpec.Spark("iceberg", null, name, Map.of(), Set.of()));
      case "jdbc" -> jdbc((ObjectNode) through, model);
      default -> {
        String query = "SELECT * FROM " + model.sparkName();
        yield refused(MODEL, QueryGuard.refusal(query, reach))
            ? Optional.empty()
            : Optional.of(new SourceSpec.Sql(query, reach));
      }
    };
  }

  private Optional<String> table(DbtModel model) {
    String name = model.sparkName();
    if (reach == null) {
      return Optional.of(name);
    }
    return refused(MODEL, QueryGuard.tableRefusal(name, reach))
        ? Optional.empty()
        : Optional.of(QueryGuard.fullName(name));
  }

  private Optional<SourceSpec> jdbc(ObjectNode through, DbtModel model) {
    Optional<String> url = SourceReader.text(through, "url");
    if (url.isEmpty()) {
      return Optional.empty();
    }
    String at = "source.through.url";
    if (SourceReader.PASSWORD.matcher(url.get()).find()) {
      checks.problem(at, "a password cannot stand in the URL; name it with password");
      return Optional.empty();
    }
    if (refused(at, JdbcUrlGuard.refusal(url.get(), reach))
        || (reach != null && refused(MODEL, JdbcQueryGuard.tableRefusal(model.relation())))) {
      return Optional.empty();
    }
    return Optional.of(
        new SourceSpec.Jdbc(
            url.get(),
            SourceReader.text(through, "user").orElse(null),
            SourceReader.text(through, "password").orElse(null),
            model.relation(),
            null,
            SourceReader.text(through, "partition_column").orElse(null)));
  }

  private boolean refused(String at, Optional<String> refusal) {
    refusal.ifPresent(why -> checks.problem(at, why));
    return refusal.isPresent();
  }
}
