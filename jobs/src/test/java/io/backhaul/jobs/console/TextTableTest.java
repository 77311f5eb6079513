/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void numbersStandToTheRightAndTextToTheLeft() {
    String table = new TextTable("sync", "rows").row("contacts", 1234567L).row("a", 1L).render(80);
    assertThat(table)
        .isEqualToNormalizingNewlines(
            """
            +----------+-----------+
            | sync     | rows      |
            +----------+-----------+
            | contacts | 1,234,567 |
            | a        |         1 |
            +----------+-----------+\
            """);
  }

  @Test
  void aTableStaysWithinTheTerminalByCuttingItsWidestText() {
    String table =
        new TextTable("code", "message")
            .row("INVALID", "x".repeat(200))
            .row("OTHER", "y")
            .render(60);
    assertThat(table.lines()).allMatch(line -> line.length() <= 60);
    assertThat(table).contains("INVALID", "xxx…");
  }

  @Test
  void aLineBreakInACellDoesNotBreakTheTable() {
    String table = new TextTable("message").row("first\nsecond").render(80);
    assertThat(table).contains("| first second |");
  }

  @Test
  void nothingIsShownAsAnEmptyCell() {
    assertThat(new TextTable("a", "b").row(null, 1L).render(80)).doesNotContain("null");
  }

  @Test
  void aRowHasACellForEachColumn() {
    assertThatThrownBy(() -> new TextTable("a", "b").row("one"))
        .hasMessage("1 cells for the columns a, b");
  }
}
