/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.demo;

import io.backhaul.jobs.console.TextTable;
import java.io.PrintWriter;
import java.util.List;
import org.apache.spark.sql.Row;

/** Tells a person what the demo does as it does it, in numbered steps. Not thread-safe. */
final class Story {

  private final PrintWriter out;
  private final int columns;
  private int step;

  /**
   * @param columns width that tables stay within where that is possible
   */
  Story(PrintWriter out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  /** Begins the next step. */
  void step(String what) {
    step++;
    out.println();
    out.println(step + ". " + what);
    out.flush();
  }

  /** Adds to the current step. */
  void tell(String what) {
    out.println("   " + what);
    out.flush();
  }

  /** Ends the steps with something under a title of its own. */
  void title(String title) {
    out.println();
    out.println(title);
    out.flush();
  }

  /** Shows rows under the names of their columns. */
  void table(List<Row> rows) {
    if (rows.isEmpty()) {
      tell("(none)");
      return;
    }
    TextTable table = new TextTable(rows.get(0).schema().fieldNames());
    for (Row row : rows) {
      Object[] cells = new Object[row.size()];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = row.get(i);
      }
      table.row(cells);
    }
    out.println(table.render(columns));
    out.flush();
  }
}
