/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one tenant's sources and expressions may touch. What is not named is out of reach.
 *
 * @param tenant whose reach it is
 * @param file where a person widens it, for messages
 * @param paths files and folders, with all that is below
 * @param tables catalogs, schemas and tables
 * @param functions functions that are not Spark's own, in lower case
 * @param hosts machines that a URL may name
 * @param jdbcOptions driver options beyond the harmless ones, in lower case
 */
public record Reach(
    String tenant,
    String file,
    PathReach paths,
    TableReach tables,
    Set<String> functions,
    HostReach hosts,
    Set<String> jdbcOptions)
    implements Serializable {

  public Reach {
    functions = lower(functions);
    jdbcOptions = lower(jdbcOptions);
  }

  /** For messages: {@code the tenant acme may not}. */
  public String mayNot() {
    return "the tenant " + tenant + " may not";
  }

  /** For messages: where to allow what was refused. */
  public String remedy(String key) {
    return "allow it under allow." + key + " in " + file;
  }

  boolean coversFunction(String name) {
    return functions.contains(name.toLowerCase(Locale.ROOT));
  }

  /** A file format and a path stand for files where Spark finds no table of that name. */
  boolean coversRelation(List<String> name) {
    List<String> parts = TableReach.withoutSessionCatalog(name);
    return TableReach.readsFiles(parts) ? paths.covers(parts.get(1)) : tables.covers(parts);
  }

  private static Set<String> lower(Set<String> words) {
    return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }
}
