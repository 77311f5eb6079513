/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.diff.reach.HostReach;
import io.backhaul.diff.reach.PathReach;
import io.backhaul.diff.reach.Reach;
import io.backhaul.diff.reach.TableReach;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code tenants/<tenant>.yaml}: what a tenant's files may name. It is written by whoever runs
 * Backhaul, not by the tenant. What it does not allow is refused.
 */
final class TenantFile {

  private static final String WORD = "[^\\s.`/:\\\\]+";

  /** What the file looks like. */
  static final Shape.Obj SHAPE =
      Shape.obj(
          Key.required(
              "allow",
              Shape.obj(
                  list(
                      "paths",
                      Shape.text(),
                      "Files and folders, with all below them, that sources may read; * stands for"
                          + " any characters between two slashes."),
                  list(
                      "catalogs",
                      new Shape.Pattern(
                          WORD + "(\\." + WORD + "){0,2}",
                          "a catalog, schema or table such as main.acme"),
                      "Catalogs, schemas and tables that sources may read, from the catalog on:"
                          + " spark_catalog.acme."),
                  list(
                      "hosts",
                      new Shape.Pattern(
                          "(\\*\\.)?([A-Za-z0-9_-]+\\.)*[A-Za-z0-9_-]+(:[0-9]{1,5})?"
                              + "|\\[[0-9A-Fa-f:.]+\\](:[0-9]{1,5})?",
                          "a host such as db.example.com, *.example.com or 10.0.0.5:5432"),
                      "Hosts that databases and destinations may be at; without a port, at any."),
                  list(
                      "functions",
                      new Shape.Pattern(WORD + "(\\." + WORD + "){0,2}", "the name of a function"),
                      "Functions that are not Spark's own and may be used in expressions and"
                          + " queries."),
                  list(
                      "jdbc_options",
                      new Shape.Pattern("[A-Za-z][A-Za-z0-9_.-]*", "the name of a driver option"),
                      "Driver options that JDBC URLs may set beyond the harmless ones."),
                  Key.optional(
                      "secrets",
                      Shape.obj(
                          list("env", pattern(), "Environment variables; * for any characters."),
                          list("file", Shape.text(), "Files, and folders with all below them."),
                          list("hadoop", pattern(), "Hadoop credentials; * for any characters.")),
                      "{}",
                      "Secrets that this tenant's files may name.")),
              "What this tenant's files may name; what does not stand here is refused."));

  private TenantFile() {}

  /** The tenant whose file this is. */
  static Tenant read(ConfFiles.Entry entry, ObjectNode allow, Path base, Checks checks) {
    JsonNode secrets = allow.path("secrets");
    Reach reach =
        new Reach(
            entry.tenant(),
            entry.shown(),
            new PathReach(paths(allow, "paths", "allow.paths", base, checks)),
            new TableReach(words(allow, "catalogs")),
            Set.copyOf(words(allow, "functions")),
            new HostReach(words(allow, "hosts")),
            Set.copyOf(words(allow, "jdbc_options")));
    return new Tenant(
        reach,
        new SecretReach(
            entry.tenant(),
            entry.shown(),
            words(secrets, "env"),
            new PathReach(paths(secrets, "file", "allow.secrets.file", base, checks)),
            words(secrets, "hadoop")));
  }

  private static List<String> paths(
      JsonNode holder, String key, String path, Path base, Checks checks) {
    List<String> paths = new ArrayList<>();
    for (String written : words(holder, key)) {
      checks.absolute(path, base, written).ifPresent(paths::add);
    }
    return paths;
  }

  private static List<String> words(JsonNode holder, String key) {
    List<String> words = new ArrayList<>();
    holder.path(key).forEach(word -> words.add(word.textValue()));
    return words;
  }

  private static Key list(String name, Shape element, String doc) {
    return Key.optional(name, new Shape.ListOf(element), "[]", doc);
  }

  private static Shape pattern() {
    return new Shape.Pattern("[^\\s{}$]+", "a name such as ACME_*");
  }
}
