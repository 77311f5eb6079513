/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Finds the part of a chain of exceptions that says something to a person. */
final class Causes {

  private Causes() {}

  /** The exception that started it. */
  static Throwable root(Throwable error) {
    Set<Throwable> seen = new HashSet<>();
    Throwable at = error;
    while (at.getCause() != null && seen.add(at)) {
      at = at.getCause();
    }
    return at;
  }

  /** The outermost exception of a kind. */
  static <E extends Throwable> Optional<E> find(Throwable error, Class<E> kind) {
    Set<Throwable> seen = new HashSet<>();
    for (Throwable at = error; at != null && seen.add(at); at = at.getCause()) {
      if (kind.isInstance(at)) {
        return Optional.of(kind.cast(at));
      }
    }
    return Optional.empty();
  }

  /** The first line of a message; the class name where there is none. */
  static String firstLine(Throwable error) {
    String message = error.getMessage();
    return message == null || message.isBlank()
        ? error.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElseThrow().strip();
  }
}
