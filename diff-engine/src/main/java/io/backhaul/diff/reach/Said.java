/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

/** What Spark's analyser says, shortened to the sentence that a person needs. */
public final class Said {

  private Said() {}

  /** The first line, without error class and position. */
  public static String by(Exception error) {
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    return message
        .strip()
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^\\[[A-Z0-9_.]+]\\s*", "")
        .replaceFirst("(; line \\d+ pos \\d+|\\(line \\d+, pos \\d+\\))$", "")
        .replaceFirst("[.;]\\s*$", "");
  }
}
