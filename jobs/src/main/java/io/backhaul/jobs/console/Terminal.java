/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where a command writes. Results go to {@code out}, everything else to {@code err}, so that {@code
 * out} can be read by a program.
 *
 * @param out results
 * @param err progress, warnings and errors
 * @param outShown whether a person sees {@code out} as it is written
 * @param errShown whether a person sees {@code err} as it is written
 * @param columns width of the terminal
 */
public record Terminal(
    PrintWriter out, PrintWriter err, boolean outShown, boolean errShown, int columns) {

  private static final int USUAL_COLUMNS = 100;

  /**
   * The one of this process. Java cannot tell which of its streams is a terminal, so the launcher
   * script says it in the property {@code backhaul.terminal}; without it, none is.
   */
  public static Terminal system() {
    List<String> shown = List.of(System.getProperty("backhaul.terminal", "").split(","));
    return new Terminal(
        writer(FileDescriptor.out),
        writer(FileDescriptor.err),
        shown.contains("out"),
        shown.contains("err"),
        Integer.getInteger("backhaul.columns", USUAL_COLUMNS));
  }

  private static PrintWriter writer(FileDescriptor stream) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(stream), StandardCharsets.UTF_8), true);
  }
}
