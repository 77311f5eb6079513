/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.Lookup;
import io.backhaul.diff.mapping.OnMissing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads {@code lookup} of a mapped field. */
final class LookupReader {

  private static final String ANY_TEXT = "[\\s\\S]+";

  /** What it looks like; FileShapes is built on it, and must not be asked for anything here. */
  static final Shape.Obj SHAPE =
      Shape.obj(
          Key.required(
              "sync",
              new Shape.Pattern(FileShapes.NAME, "the name of a sync (a-z, 0-9, _ and -)"),
              "Another sync of the tenant."),
          Key.required(
              "key",
              new Shape.ListOf(
                  new Shape.AnyOf(
                      List.of(
                          new Shape.Pattern(ANY_TEXT, "a source column"),
                          Shape.obj(
                              Key.required(
                                  "expr",
                                  new Shape.Pattern(ANY_TEXT, "a Spark SQL expression"),
                                  "A Spark SQL expression over the source row."))))),
              "Its key in this sync's source, a column or expression for each of its columns."),
          Key.optional(
              "on_missing",
              Shape.choice(OnMissing.DEFER.wireName(), OnMissing.DEAD_LETTER.wireName()),
              OnMissing.DEFER.wireName(),
              "What becomes of a row whose key has no id: it waits for one, or is a dead letter"
                  + " until there is one."));

  private final Checks checks;
  private final SiblingSyncs siblings;
  private final Set<String> functions;

  /**
   * @param siblings the tenant's syncs
   * @param functions that are not Spark's own and expressions may use all the same
   */
  LookupReader(Checks checks, SiblingSyncs siblings, Set<String> functions) {
    this.checks = checks;
    this.siblings = siblings;
    this.functions = functions;
  }

  /** What the field is made of; what is wrong went to the checks. */
  FieldMapping.FromLookup read(String path, String field, JsonNode lookup) {
    List<JsonNode> key = new ArrayList<>();
    lookup.get("key").forEach(key::add);
    String sync = lookup.get("sync").textValue();
    List<String> columns = columns(path, sync);
    if (!columns.isEmpty() && columns.size() != key.size()) {
      checks.problem(
          path + ".key",
          "the key of %s is %s; name as many columns here, in that order"
              .formatted(sync, String.join(", ", columns)));
    }
    List<Lookup.Part> parts = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      String column = i < columns.size() ? columns.get(i) : Integer.toString(i);
      parts.add(part(place(path + ".key", i), column, key.get(i)));
    }
    if (parts.isEmpty()) { // said above
      parts.add(new Lookup.Part("", "", false));
    }
    String onMissing = lookup.get("on_missing").textValue().toUpperCase(Locale.ROOT);
    return new FieldMapping.FromLookup(
        field, new Lookup(sync, parts, OnMissing.valueOf(onMissing)));
  }

  /** A list of one may be written without brackets. */
  private String place(String path, int index) {
    String item = path + "[" + index + "]";
    return checks.marks().has(item) ? item : path;
  }

  private Lookup.Part part(String path, String column, JsonNode written) {
    if (written.isTextual()) {
      return new Lookup.Part(column, written.textValue(), false);
    }
    String expression = written.get("expr").textValue();
    MappingReader.checkExpression(checks, path + ".expr", expression, functions);
    return new Lookup.Part(column, expression, true);
  }

  /** The other sync's key; empty if there is a problem with it. */
  private List<String> columns(String path, String sync) {
    String at = path + ".sync";
    if (sync.equals(siblings.own())) {
      checks.problem(at, "is this sync itself, which has no ids before it runs; name another");
      return List.of();
    }
    if (!siblings.names().contains(sync)) {
      checks.problem(at, "the tenant has no sync " + sync, sync, siblings.names());
      return List.of();
    }
    Optional<SiblingSyncs.Sibling> there = siblings.read(sync);
    if (there.isEmpty()) {
      checks.problem(
          at, "the file of %s is not right; backhaul validate %1$s says why".formatted(sync));
      return List.of();
    }
    if (there.get().deletes()) {
      checks.problem(at, sync + " has mode delete, and no id leads to a record; name another");
    }
    List<String> circle = siblings.circle(sync);
    if (!circle.isEmpty()) {
      checks.problem(
          at,
          "is a circle: %s; leave one of the lookups out"
              .formatted(String.join(" looks up ", circle)));
    }
    return there.get().key();
  }
}
