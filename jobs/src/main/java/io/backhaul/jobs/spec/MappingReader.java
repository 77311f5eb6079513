/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.diff.mapping.ExpressionGuard;
import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code key}, {@code updated_at}, {@code mapping} and {@code pii}. */
final class MappingReader {

  private final Checks checks;
  private final Set<String> functions;
  private final LookupReader lookups;

  /**
   * @param functions that are not Spark's own and expressions may use all the same
   * @param siblings whose ids may be looked up
   */
  MappingReader(Checks checks, Set<String> functions, SiblingSyncs siblings) {
    this.checks = checks;
    this.functions = functions;
    this.lookups = new LookupReader(checks, siblings, functions);
  }

  /**
   * The mapping, or empty if it could not be read for problems found earlier.
   *
   * @param mayBeEmpty whether a sync without fields makes sense: it only deletes
   */
  Optional<MappingSpec> read(ObjectNode sync, boolean mayBeEmpty) {
    Set<String> key = key(sync.get("key"));
    JsonNode mapping = sync.get("mapping");
    if (mapping == null) {
      return Optional.empty();
    }
    List<FieldMapping> fields = fields(mapping);
    if (mapping.isEmpty() && !mayBeEmpty && !checks.hasProblem("mapping")) {
      checks.problem("mapping", "needs at least one field; only mode delete needs none");
    }
    Set<String> pii = pii(sync.get("pii"), key, fields);
    if (key.isEmpty()) {
      return Optional.empty();
    }
    String updatedAt = sync.path("updated_at").textValue();
    return Optional.of(new MappingSpec(List.copyOf(key), updatedAt, fields, pii, functions));
  }

  private Set<String> key(JsonNode key) {
    Set<String> columns = new LinkedHashSet<>();
    if (key instanceof ArrayNode array) {
      if (array.isEmpty() && !checks.hasProblem("key")) {
        checks.problem("key", "needs at least one source column");
      }
      Set<String> seen = new LinkedHashSet<>();
      for (int i = 0; i < array.size(); i++) {
        String column = array.get(i).textValue();
        if (!seen.add(column.toLowerCase(Locale.ROOT))) {
          checks.problem("key[" + i + "]", "names a column that the key already has");
        }
        columns.add(column);
      }
    }
    return columns;
  }

  private List<FieldMapping> fields(JsonNode mapping) {
    List<FieldMapping> fields = new ArrayList<>();
    Map<String, String> byLowerCase = new HashMap<>();
    mapping
        .fields()
        .forEachRemaining(
            entry -> {
              String field = entry.getKey();
              String path = "mapping." + field;
              if (field.isBlank()) {
                checks.problem(path, "a destination field needs a name");
              }
              String same = byLowerCase.putIfAbsent(field.toLowerCase(Locale.ROOT), field);
              if (same != null) {
                checks.problem(path, "differs from the field " + same + " only in case; keep one");
              }
              fields.add(field(path, field, entry.getValue()));
            });
    return fields;
  }

  private FieldMapping field(String path, String field, JsonNode from) {
    if (from.isTextual()) {
      return new FieldMapping.FromColumn(field, from.textValue());
    }
    checks.exactlyOneOf(path, "expr", "value", "lookup");
    if (from.hasNonNull("lookup")) {
      return lookups.read(path + ".lookup", field, from.get("lookup"));
    }
    if (from.hasNonNull("expr")) {
      checkExpression(checks, path + ".expr", from.get("expr").textValue(), functions);
    }
    return from.hasNonNull("expr")
        ? new FieldMapping.FromExpression(field, from.get("expr").textValue())
        : new FieldMapping.Constant(field, constant(from.path("value")));
  }

  private static Serializable constant(JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isLong()) {
      return value.longValue();
    }
    return value.isDouble() ? (Serializable) value.doubleValue() : value.textValue();
  }

  private Set<String> pii(JsonNode pii, Set<String> key, List<FieldMapping> fields) {
    Set<String> names = new LinkedHashSet<>();
    if (!(pii instanceof ArrayNode array)) {
      return names;
    }
    for (int i = 0; i < array.size(); i++) {
      String name = array.get(i).textValue();
      String path = "pii[" + i + "]";
      names.add(name);
      checkMapped(checks, path, name);
      fields.stream()
          .filter(field -> field.field().equals(name))
          .filter(field -> field instanceof FieldMapping.FromColumn from && holds(key, from))
          .forEach(
              field ->
                  checks.problem(
                      path,
                      "the field is a key column, and keys are stored in clear;"
                          + " use a surrogate key"));
    }
    return names;
  }

  private static boolean holds(Set<String> key, FieldMapping.FromColumn from) {
    return key.stream().anyMatch(column -> column.equalsIgnoreCase(from.column()));
  }

  /** What is wrong with an expression whatever columns there are; the source tells the rest. */
  static void checkExpression(Checks checks, String path, String text, Set<String> functions) {
    ExpressionGuard.asWritten(text, functions)
        .ifPresent(
            refused ->
                checks
                    .problems()
                    .add(checks.marks().problem(path, refused.problem(), refused.candidates())));
  }

  /** Adds a problem if no such field is mapped; one that is mapped wrongly counts as mapped. */
  static void checkMapped(Checks checks, String path, String name) {
    List<String> mapped = checks.marks().names("mapping");
    if (!mapped.contains(name)) {
      checks.problem(path, "the mapping has no field " + name, name, mapped);
    }
  }
}
