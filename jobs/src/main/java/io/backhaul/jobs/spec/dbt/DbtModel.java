/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec.dbt;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model, snapshot or seed of a dbt project.
 *
 * @param id dbt's unique id, {@code model.shop.customers}
 * @param database may be {@code null}, where the warehouse has none
 * @param schema and {@code name}: the relation's
 * @param relation the whole name as the warehouse takes it
 * @param columns documented columns, by name, with their descriptions
 * @param columnsAreAll whether the model's contract is enforced, so that it has no other columns
 * @param unique each a set of columns, in lower case, no two rows of which are the same, as dbt
 *     tests or the warehouse enforces
 * @param tests ids of the tests of this model
 * @param sources ids of the sources that it is made of, however far up
 */
public record DbtModel(
    String id,
    String database,
    String schema,
    String name,
    String relation,
    Map<String, String> columns,
    boolean columnsAreAll,
    List<Set<String>> unique,
    Set<String> tests,
    Set<String> sources) {

  /** The relation's name in Spark SQL. */
  public String sparkName() {
    return Stream.of(database, schema, name)
        .filter(Objects::nonNull)
        .map(part -> "`" + part.replace("`", "``") + "`")
        .collect(Collectors.joining("."));
  }

  /** Whether no two rows share a key, as far as dbt says. */
  public boolean isUniqueBy(List<String> key) {
    Set<String> lower =
        key.stream().map(column -> column.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    return unique.stream().anyMatch(lower::containsAll);
  }

  /** Whether the model has a column, in whatever case; always, if not all are known. */
  public boolean mayHave(String column) {
    return !columnsAreAll || columns.keySet().stream().anyMatch(column::equalsIgnoreCase);
  }

  /** The id without its kind: {@code shop.customers}. */
  static String withoutKind(String id) {
    return Arrays.stream(id.split("\\.")).skip(1).collect(Collectors.joining("."));
  }
}
