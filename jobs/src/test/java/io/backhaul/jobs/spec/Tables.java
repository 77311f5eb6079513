/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Test tables in text files: one row a line, cells between bars, lines with # left out. */
final class Tables {

  private static final Pattern EDIT = Pattern.compile("`([^`]*)` => `([^`]*)`");

  private Tables() {}

  static Stream<String[]> rows(String name) {
    try (InputStream in = Tables.class.getResourceAsStream("/" + name)) {
      String table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return table
          .lines()
          .filter(row -> !row.isBlank() && !row.startsWith("#"))
          .map(row -> row.split(" \\| ", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The text after edits such as {@code `old` => `new`}; an empty old text stands for all of it.
   */
  static String edit(String text, String edits) {
    String edited = text;
    Matcher edit = EDIT.matcher(edits);
    while (edit.find()) {
      String find = edit.group(1).translateEscapes();
      if (!edited.contains(find)) {
        throw new IllegalArgumentException("the text does not hold " + find);
      }
      String replace = edit.group(2).translateEscapes();
      edited = find.isEmpty() ? replace : edited.replace(find, replace);
    }
    return edited;
  }
}
