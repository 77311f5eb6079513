/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.notebooks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A notebook in Databricks' source format.
 *
 * @param name of its file
 * @param introduction text of its first cell, which is markdown
 */
record Notebook(String name, String introduction, List<Cell> cells) {

  /**
   * A cell of SQL.
   *
   * @param title its first line, a comment, up to the colon
   */
  record Cell(String title, String sql) {}

  private static final String HEADER = "-- Databricks notebook source\n";
  private static final String BREAK = "\n\n-- COMMAND ----------\n\n";
  private static final String MAGIC = "-- MAGIC";

  /** The project's notebooks, by name. */
  static List<Notebook> all() {
    try (Stream<Path> files = Files.list(Path.of("..", "notebooks"))) {
      return files
          .filter(file -> file.toString().endsWith(".sql"))
          .sorted()
          .map(Notebook::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Notebook read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!text.startsWith(HEADER)) {
      throw new IllegalArgumentException(file + " is not in Databricks' source format");
    }
    String introduction = "";
    List<Cell> cells = new ArrayList<>();
    for (String cell : text.substring(HEADER.length()).split(BREAK, -1)) {
      if (cell.startsWith(MAGIC)) {
        introduction += cell.lines().map(Notebook::unmarked).toList();
      } else {
        cells.add(cell(file, cell));
      }
    }
    return new Notebook(file.getFileName().toString(), introduction, List.copyOf(cells));
  }

  private static Cell cell(Path file, String text) {
    String comment = text.lines().findFirst().orElse("");
    if (!comment.matches("-- \\w.*")) {
      throw new IllegalArgumentException(file + " has a cell that does not say what it is for");
    }
    return new Cell(comment.substring(3).split(":", 2)[0], text);
  }

  private static String unmarked(String line) {
    if (!line.startsWith(MAGIC)) {
      throw new IllegalArgumentException("a markdown cell has the line " + line);
    }
    return line.substring(MAGIC.length()).strip();
  }
}
