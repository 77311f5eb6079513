/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.List;

/**
 * One thing in a mapping that cannot work on its source.
 *
 * @param path where in the sync file, for example {@code mapping.full_name}
 * @param message what is wrong there and what to do about it
 * @param candidates names that would be valid, nearest first; may be empty
 */
public record MappingProblem(String path, String message, List<String> candidates) {

  public MappingProblem {
    candidates = List.copyOf(candidates);
  }

  /** A problem that no other name would cure. */
  public static MappingProblem of(String path, String message) {
    return new MappingProblem(path, message, List.of());
  }

  @Override
  public String toString() {
    return path
        + ": "
        + message
        + (candidates.isEmpty() ? "" : "; did you mean " + String.join(" or ", candidates) + "?");
  }
}
