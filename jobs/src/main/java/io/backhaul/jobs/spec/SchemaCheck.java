/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import io.backhaul.destination.ObjectSchema;
import io.backhaul.diff.change.Mode;
import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.validation.Rule;
import java.util.List;
import java.util.Objects;

/** Compares a sync with what its destination says of the object. */
public final class SchemaCheck {

  private SchemaCheck() {}

  /**
   * What does not fit, each with its line: fields the object does not have or that cannot be
   * written, required fields that are not mapped (where records are created), rules that let more
   * pass than the destination takes, and constants that are not in a picklist.
   */
  public static List<SpecProblem> check(SyncSpec sync, ObjectSchema schema) {
    SpecProblems problems = new SpecProblems();
    Checks checks = new Checks(sync.marks(), problems);
    for (FieldMapping mapping : sync.mapping().fields()) {
      checkField(checks, mapping, schema);
    }
    if (creates(sync.mode())) {
      List<String> mapped = sync.mapping().fields().stream().map(FieldMapping::field).toList();
      schema.fields().stream()
          .filter(field -> field.required() && !mapped.contains(field.name()))
          .forEach(
              field ->
                  checks.problem(
                      "mapping",
                      "%s needs the field %s, which is not mapped"
                          .formatted(schema.object(), field.name())));
    }
    sync.rules()
        .forEach(
            rule ->
                schema
                    .field(rule.field())
                    .ifPresent(
                        field ->
                            checkRule(checks, "validate." + rule.field(), rule.rule(), field)));
    return problems.all();
  }

  private static void checkField(Checks checks, FieldMapping mapping, ObjectSchema schema) {
    String path = "mapping." + mapping.field();
    ObjectSchema.Field field = schema.field(mapping.field()).orElse(null);
    if (field == null) {
      if (schema.closed()) {
        List<String> names = schema.fields().stream().map(ObjectSchema.Field::name).toList();
        checks.problem(
            path, schema.object() + " has no field " + mapping.field(), mapping.field(), names);
      }
      return;
    }
    if (!field.writable()) {
      checks.problem(path, "the field " + field.name() + " is read-only at the destination");
    }
    if (mapping instanceof FieldMapping.Constant constant && constant.value() != null) {
      checkWord(checks, path, Objects.toString(constant.value()), field);
    }
  }

  private static void checkRule(Checks checks, String path, Rule rule, ObjectSchema.Field field) {
    if (rule instanceof Rule.MaxLength max
        && field.maxLength() > 0
        && max.length() > field.maxLength()) {
      checks.problem(
          path,
          "lets %d characters pass, the destination takes %d"
              .formatted(max.length(), field.maxLength()));
    }
    if (rule instanceof Rule.OneOf oneOf) {
      oneOf.values().forEach(value -> checkWord(checks, path, value, field));
    }
  }

  private static void checkWord(Checks checks, String path, String word, ObjectSchema.Field field) {
    if (!field.picklist().isEmpty() && !field.picklist().contains(word)) {
      checks.problem(
          path,
          "is not a value that the destination lists for " + field.name(),
          word,
          field.picklist());
    }
  }

  private static boolean creates(Mode mode) {
    return switch (mode) {
      case UPSERT, INSERT, MIRROR, APPEND -> true;
      case UPDATE, DELETE -> false;
    };
  }
}
