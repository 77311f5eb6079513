/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.lineage;

import java.util.List;

/**
 * Something that rows are read from. Where it has neither name nor location, only who named the
 * source knows what it is: a table of a database, for one.
 *
 * @param name in the catalog, from its first part on; empty where it is not of a catalog
 * @param location URI of its folder or file, or {@code null} where Spark does not say
 */
public record ReadTable(List<String> name, String location) {

  public ReadTable {
    name = List.copyOf(name);
  }

  /** Whether Spark knows what it is. */
  public boolean known() {
    return location != null || !name.isEmpty();
  }
}
