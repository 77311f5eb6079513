/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.Objects;

/**
 * One thing that is wrong with a configuration file.
 *
 * @param file as the user would open it from where they called
 * @param line from 1; 0 where the file as a whole, or a folder, is meant
 * @param column from 1, in characters; 0 with line 0
 * @param path the key, for example {@code mapping.full_name} or {@code key[0]}; empty for the file
 * @param message what is wrong; never quotes a value that may be sensitive
 * @param suggestion the nearest valid name, or {@code null}
 */
public record SpecProblem(
    String file, int line, int column, String path, String message, String suggestion) {

  public SpecProblem {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(message, "message");
  }

  /** One line: {@code file:line:column path: message; did you mean "suggestion"?}. */
  @Override
  public String toString() {
    return file
        + (line > 0 ? ":" + line + ":" + column : "")
        + (path.isEmpty() ? ": " : " " + path + ": ")
        + message
        + (suggestion == null ? "" : "; did you mean \"" + suggestion + "\"?");
  }
}
