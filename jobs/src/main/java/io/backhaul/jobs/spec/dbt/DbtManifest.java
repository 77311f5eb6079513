/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec.dbt;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code manifest.json}, of the versions that dbt 1.6 to 1.12 and 2.0 (Fusion) write. */
public final class DbtManifest {

  /** Version 20 was the name of early Fusion for 12. */
  private static final Set<Integer> VERSIONS = Set.of(10, 11, 12, 20);

  private static final Pattern VERSION = Pattern.compile("/manifest/v([0-9]+)");

  private static final Set<String> WITH_A_RELATION = Set.of("model", "snapshot", "seed");

  private final Path file;
  private final JsonNode root;

  private DbtManifest(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Reads a manifest.
   *
   * @throws DbtException if there is none, or none of a version that is known
   */
  public static DbtManifest read(Path file) throws DbtException {
    JsonNode root =
        DbtFiles.read(file)
            .orElseThrow(
                () ->
                    new DbtException(
                        "there is no file "
                            + file
                            + "; run `dbt build` or `dbt parse`, or bring its target folder here"));
    Matcher version = VERSION.matcher(root.path("metadata").path("dbt_schema_version").asText(""));
    if (!version.find()) {
      throw new DbtException(file + " is not a manifest of dbt; name target/manifest.json");
    }
    if (!VERSIONS.contains(Integer.parseInt(version.group(1)))) {
      throw new DbtException(
          "%s is of version v%s, and v10 to v12 are known; parse the project with dbt 1.6 to 1.12"
              .formatted(file, version.group(1)));
    }
    return new DbtManifest(file, root);
  }

  /** The folder it lies in, with dbt's other files. */
  public Path folder() {
    return file.toAbsolutePath().getParent();
  }

  /**
   * Finds a model, snapshot or seed.
   *
   * @param asked its name, or its name after package, folders or schema: {@code customers}, {@code
   *     marts.customers}, {@code shop.marts.customers}, {@code model.shop.customers}
   * @throws DbtException if there is none, more than one, or one that is in no warehouse
   */
  public DbtModel model(String asked) throws DbtException {
    List<JsonNode> found = relations().filter(node -> names(node).contains(asked)).toList();
    if (found.isEmpty()) {
      Set<String> known = new TreeSet<>();
      relations().forEach(node -> known.addAll(names(node)));
      throw new DbtException(file + " has no model " + asked, List.copyOf(known));
    }
    if (found.size() > 1) {
      throw new DbtException(
          "%s is the name of several: %s; write one of them"
              .formatted(
                  asked,
                  String.join(
                      ", ",
                      found.stream().map(node -> text(node, "unique_id")).sorted().toList())));
    }
    JsonNode node = found.get(0);
    String relation = text(node, "relation_name");
    if (relation == null) {
      throw new DbtException(
          "the model %s is ephemeral: no table or view holds it; materialize it"
              .formatted(text(node, "unique_id")));
    }
    return model(node, relation);
  }

  private DbtModel model(JsonNode node, String relation) {
    String id = text(node, "unique_id");
    Map<String, String> columns = new LinkedHashMap<>();
    node.path("columns")
        .forEach(
            column -> columns.put(text(column, "name"), column.path("description").asText("")));
    List<JsonNode> tests =
        nodes()
            .filter(test -> "test".equals(text(test, "resource_type")) && isOf(test, id))
            .toList();
    Set<String> testIds = new TreeSet<>();
    tests.forEach(test -> testIds.add(text(test, "unique_id")));
    return new DbtModel(
        id,
        text(node, "database"),
        text(node, "schema"),
        node.path("alias").asText(text(node, "name")),
        relation,
        columns,
        node.path("contract").path("enforced").asBoolean(),
        unique(node, tests),
        testIds,
        sources(node));
  }

  private static List<Set<String>> unique(JsonNode node, List<JsonNode> tests) {
    List<Set<String>> unique = new ArrayList<>();
    for (JsonNode test : tests) {
      JsonNode kwargs = test.path("test_metadata").path("kwargs");
      switch (test.path("test_metadata").path("name").asText("")) {
        case "unique" -> unique.add(lower(one(text(test, "column_name"), kwargs)));
        case "unique_combination_of_columns" ->
            unique.add(lower(words(kwargs.path("combination_of_columns"))));
        case "primary_key", "unique_key" -> {
          List<String> several = words(kwargs.path("column_names"));
          unique.add(lower(several.isEmpty() ? one(text(test, "column_name"), kwargs) : several));
        }
        default -> {
          // says nothing of keys
        }
      }
    }
    unique.add(lower(words(node.path("config").path("unique_key"))));
    node.path("constraints")
        .forEach(
            constraint -> {
              if (isKey(constraint)) {
                unique.add(lower(words(constraint.path("columns"))));
              }
            });
    node.path("columns")
        .forEach(
            column ->
                column
                    .path("constraints")
                    .forEach(
                        constraint -> {
                          if (isKey(constraint)) {
                            unique.add(lower(List.of(text(column, "name"))));
                          }
                        }));
    unique.removeIf(Set::isEmpty);
    return List.copyOf(unique);
  }

  private static boolean isKey(JsonNode constraint) {
    return Set.of("unique", "primary_key").contains(constraint.path("type").asText(""));
  }

  private static List<String> one(String column, JsonNode kwargs) {
    String name = column != null ? column : text(kwargs, "column_name");
    return name == null ? List.of() : List.of(name);
  }

  /** A text stands for a list of one. */
  private static List<String> words(JsonNode node) {
    List<String> words = new ArrayList<>();
    if (node.isTextual()) {
      words.add(node.textValue());
    }
    node.forEach(word -> words.add(word.asText()));
    return words;
  }

  private static Set<String> lower(List<String> columns) {
    Set<String> lower = new HashSet<>();
    columns.forEach(column -> lower.add(column.replaceAll("[\"`]", "").toLowerCase(Locale.ROOT)));
    return lower;
  }

  /** Of a test between models, only the one that it stands at. */
  private static boolean isOf(JsonNode test, String id) {
    String attached = text(test, "attached_node");
    List<String> on = words(test.path("depends_on").path("nodes"));
    return attached != null ? attached.equals(id) : on.equals(List.of(id));
  }

  private Set<String> sources(JsonNode node) {
    Set<String> sources = new TreeSet<>();
    Set<String> seen = new HashSet<>();
    Deque<JsonNode> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      for (String parent : words(open.pop().path("depends_on").path("nodes"))) {
        if (parent.startsWith("source.")) {
          sources.add(parent);
        } else if (seen.add(parent)) {
          open.push(root.path("nodes").path(parent));
        }
      }
    }
    return sources;
  }

  private Stream<JsonNode> relations() {
    return nodes().filter(node -> WITH_A_RELATION.contains(node.path("resource_type").asText("")));
  }

  private Stream<JsonNode> nodes() {
    List<JsonNode> nodes = new ArrayList<>();
    root.path("nodes").forEach(nodes::add);
    return nodes.stream();
  }

  /** All names that a model goes by. */
  private static Set<String> names(JsonNode node) {
    String name = text(node, "name");
    Set<String> names = new TreeSet<>(Set.of(name, text(node, "unique_id")));
    names.add(text(node, "package_name") + "." + name);
    names.add(text(node, "schema") + "." + node.path("alias").asText(name));
    List<String> path = words(node.path("fqn"));
    for (int from = 0; from < path.size(); from++) {
      names.add(String.join(".", path.subList(from, path.size())));
    }
    return names;
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).textValue();
  }
}
