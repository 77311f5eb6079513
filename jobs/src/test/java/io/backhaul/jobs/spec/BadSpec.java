/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file with one slip, and what a user is told; a row of {@code bad-specs.txt}.
 *
 * @param file the file with the slip
 * @param about the file that the problem is about, mostly the same
 * @param text the file's content
 * @param at line:column
 * @param path the key; empty for the file
 * @param nearest nearest name, or {@code null}
 */
record BadSpec(
    String row,
    Seen seen,
    String file,
    String about,
    String text,
    String at,
    String path,
    String reason,
    String nearest) {

  /** What it takes to see the slip. */
  enum Seen {
    PARSER,
    SHAPE,
    CHECK
  }

  static final Map<String, String> FILES =
      Map.of(
          "backhaul", "backhaul.yaml",
          "crm", "destinations/acme/crm.yaml",
          "sync", "syncs/acme/contacts.yaml",
          "tenant", "tenants/acme.yaml");

  private static final Map<String, String> GOOD =
      Map.of(
          "backhaul", Conf.BACKHAUL,
          "crm", Conf.CRM,
          "sync", Conf.CONTACTS,
          "tenant", Conf.TENANT);

  static Stream<BadSpec> all() {
    return Tables.rows("bad-specs.txt").map(BadSpec::of);
  }

  private static BadSpec of(String[] cells) {
    String[] files = cells[1].split(" > ", -1);
    return new BadSpec(
        String.join(" | ", cells),
        Seen.valueOf(cells[0].toUpperCase(Locale.ROOT)),
        FILES.get(files[0]),
        FILES.get(files[files.length - 1]),
        Tables.edit(GOOD.get(files[0]), cells[2]),
        cells[3],
        cells[4].equals("-") ? "" : cells[4],
        cells[5],
        cells[6].equals("-") ? null : cells[6]);
  }

  @Override
  public String toString() {
    return row;
  }
}
