/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.console;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A table for people: columns as wide as they need, numbers to the right. */
public final class TextTable {

  private static final int NARROWEST_CUT = 12;

  private final List<String> names;
  private final List<List<Object>> rows = new ArrayList<>();

  /** A table with these columns and no row. */
  public TextTable(String... names) {
    this.names = List.of(names);
  }

  /**
   * Adds a row; {@code null} is shown as an empty cell, integral numbers with separators.
   *
   * @throws IllegalArgumentException if there are not as many cells as columns
   */
  public TextTable row(Object... cells) {
    if (cells.length != names.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for the columns " + String.join(", ", names));
    }
    rows.add(new ArrayList<>(Arrays.asList(cells)));
    return this;
  }

  /** Whether no row was added. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * The table as lines.
   *
   * @param columns width to stay within where that is possible; the widest text cells are cut
   */
  public String render(int columns) {
    int[] widths = widths(columns);
    List<ColumnData<List<Object>>> layout = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      int at = i;
      layout.add(
          new Column()
              .header(names.get(i))
              .headerAlign(HorizontalAlign.LEFT)
              .dataAlign(numeric(i) ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT)
              .maxWidth(widths[i] + 2, OverflowBehaviour.ELLIPSIS_RIGHT)
              .with(row -> text(row.get(at))));
    }
    return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, layout);
  }

  private int[] widths(int columns) {
    int[] widths = new int[names.size()];
    for (int i = 0; i < widths.length; i++) {
      int at = i;
      widths[i] =
          rows.stream()
              .mapToInt(row -> text(row.get(at)).length())
              .reduce(names.get(i).length(), Math::max);
    }
    for (int widest = widest(widths);
        total(widths) > columns && widths[widest] > NARROWEST_CUT;
        widest = widest(widths)) {
      widths[widest]--;
    }
    return widths;
  }

  private int widest(int[] widths) {
    int widest = 0;
    for (int i = 0; i < widths.length; i++) {
      if (!numeric(i) && (numeric(widest) || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    return widest;
  }

  private static int total(int[] widths) {
    int total = 1;
    for (int width : widths) {
      total += width + 3;
    }
    return total;
  }

  private boolean numeric(int column) {
    return !rows.isEmpty()
        && rows.stream().map(row -> row.get(column)).filter(Objects::nonNull).findAny().isPresent()
        && rows.stream()
            .map(row -> row.get(column))
            .allMatch(cell -> cell == null || cell instanceof Number);
  }

  private static String text(Object cell) {
    if (cell == null) {
      return "";
    }
    if (cell instanceof Long || cell instanceof Integer) {
      return String.format(Locale.ROOT, "%,d", ((Number) cell).longValue());
    }
    return cell.toString().replaceAll("\\R", " ");
  }
}
