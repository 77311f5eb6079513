/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
          "sync", "syncs/acme/contacts.yaml");

  private static final Map<String, String> GOOD =
      Map.of("backhaul", Conf.BACKHAUL, "crm", Conf.CRM, "sync", Conf.CONTACTS);
  private static final Pattern SLIP = Pattern.compile("`([^`]*)` => `([^`]*)`");

  static Stream<BadSpec> all() {
    try (InputStream in = BadSpec.class.getResourceAsStream("/bad-specs.txt")) {
      String table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return table.lines().filter(row -> !row.isBlank() && !row.startsWith("#")).map(BadSpec::of);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BadSpec of(String row) {
    String[] cells = row.split(" \\| ", -1);
    String[] files = cells[1].split(" > ", -1);
    return new BadSpec(
        row,
        Seen.valueOf(cells[0].toUpperCase(Locale.ROOT)),
        FILES.get(files[0]),
        FILES.get(files[files.length - 1]),
        spoilt(GOOD.get(files[0]), cells[2]),
        cells[3],
        cells[4].equals("-") ? "" : cells[4],
        cells[5],
        cells[6].equals("-") ? null : cells[6]);
  }

  private static String spoilt(String good, String slips) {
    String text = good;
    Matcher slip = SLIP.matcher(slips);
    while (slip.find()) {
      String find = slip.group(1).translateEscapes();
      if (!text.contains(find)) {
        throw new IllegalArgumentException("the good file does not hold " + find);
      }
      String replace = slip.group(2).translateEscapes();
      text = find.isEmpty() ? replace : text.replace(find, replace);
    }
    return text;
  }

  @Override
  public String toString() {
    return row;
  }
}
