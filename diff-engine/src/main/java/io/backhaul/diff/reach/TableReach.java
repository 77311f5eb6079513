/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Catalogs ({@code main}), schemas ({@code main.acme}) and tables ({@code main.acme.customers}) by
 * their full names. A name that is written shorter is one of {@code spark_catalog}, and of its
 * schema {@code default} if it names none; case does not matter, as in Spark.
 *
 * @param names each from the catalog on
 */
public record TableReach(List<String> names) implements Serializable {

  private static final String SESSION_CATALOG = "spark_catalog";

  /** {@code parquet.`/a/b`} and the like name files. */
  private static final Set<String> FORMATS =
      Set.of("delta", "parquet", "csv", "json", "orc", "avro", "text", "binaryfile");

  /** Views of the whole application, whoever made them. */
  private static final String SHARED_VIEWS = "global_temp";

  public TableReach {
    names = List.copyOf(names);
  }

  boolean covers(List<String> table) {
    List<String> full = full(table);
    if (full.contains(SHARED_VIEWS) || full.stream().anyMatch(TableReach::isNoName)) {
      return false;
    }
    return names.stream().map(TableReach::parts).anyMatch(allowed -> startsWith(full, allowed));
  }

  /** The name from the catalog on, in lower case. */
  static List<String> full(List<String> table) {
    List<String> full = new ArrayList<>();
    if (table.size() < 3) {
      full.add(SESSION_CATALOG);
    }
    if (table.size() < 2) {
      full.add("default");
    }
    table.forEach(part -> full.add(part.toLowerCase(Locale.ROOT)));
    return full;
  }

  /** The name as it would be without a leading {@code spark_catalog}. */
  static List<String> withoutSessionCatalog(List<String> table) {
    return table.size() > 2 && table.get(0).equalsIgnoreCase(SESSION_CATALOG)
        ? table.subList(1, table.size())
        : table;
  }

  /** Whether this is a format and a path rather than a schema and a table. */
  static boolean readsFiles(List<String> table) {
    return table.size() == 2 && FORMATS.contains(table.get(0).toLowerCase(Locale.ROOT));
  }

  /** A path in the place of a name; Spark takes any data source's class before it. */
  private static boolean isNoName(String part) {
    return part.isBlank() || part.contains("/") || part.contains(":") || part.contains("\\");
  }

  private static boolean startsWith(List<String> full, List<String> allowed) {
    return full.size() >= allowed.size() && full.subList(0, allowed.size()).equals(allowed);
  }

  private static List<String> parts(String name) {
    return List.of(name.toLowerCase(Locale.ROOT).split("\\."));
  }
}
