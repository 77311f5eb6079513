/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a source row becomes a destination record.
 *
 * @param key source columns that identify a row, at least one
 * @param updatedAt source column that says when the row last changed, or {@code null}
 * @param fields in the order of the file
 * @param pii destination fields that never stand in clear in a table, log or message
 * @param functions that are not Spark's own and expressions may use all the same, in lower case
 */
public record MappingSpec(
    List<String> key,
    String updatedAt,
    List<FieldMapping> fields,
    Set<String> pii,
    Set<String> functions)
    implements Serializable {

  public MappingSpec {
    key = List.copyOf(key);
    fields = List.copyOf(fields);
    pii = Set.copyOf(pii);
    functions = Set.copyOf(functions);
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a sync needs at least one key column");
    }
  }

  /** Names of the syncs whose ids are looked up. */
  public Set<String> lookedUp() {
    return fields.stream()
        .filter(FieldMapping.FromLookup.class::isInstance)
        .map(field -> ((FieldMapping.FromLookup) field).lookup().sync())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A mapping whose expressions use Spark's own functions only. */
  public MappingSpec(
      List<String> key, String updatedAt, List<FieldMapping> fields, Set<String> pii) {
    this(key, updatedAt, fields, pii, Set.of());
  }
}
