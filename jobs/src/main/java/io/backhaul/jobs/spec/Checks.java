/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the checks of one file share: where its keys stand, and where problems go. */
record Checks(SpecMarks marks, SpecProblems problems) {

  /** A scheme has two letters at least, so that a Windows drive is not one. */
  private static final String URI_WITH_SCHEME = "[A-Za-z][A-Za-z0-9+.-]+:.*";

  void problem(String path, String message) {
    problems.add(marks.problem(path, message));
  }

  void problem(String path, String message, String written, Collection<String> candidates) {
    problems.add(marks.problem(path, message, written, candidates));
  }

  /** Of two keys under {@code path}, the file must hold one and only one. */
  void exactlyOne(String path, String first, String second) {
    exactlyOne(path, first, second, hasProblem(path));
  }

  /** The same for several pairs, of which more than one may be wrong. */
  void exactlyOneOfEach(String path, List<List<String>> pairs) {
    boolean hasProblem = hasProblem(path);
    pairs.forEach(pair -> exactlyOne(path, pair.get(0), pair.get(1), hasProblem));
  }

  /** Of several keys under {@code path}, the file must hold one and only one. */
  void exactlyOneOf(String path, String... names) {
    List<String> present = Stream.of(names).filter(name -> marks.has(path + "." + name)).toList();
    if (present.size() > 1) {
      problem(
          path + "." + present.get(1),
          present.get(0) + " and " + present.get(1) + " exclude each other; keep one");
    } else if (present.isEmpty() && !hasProblem(path)) {
      int last = names.length - 1;
      String others = String.join(", ", List.of(names).subList(0, last));
      problems.add(marks.keyProblem(path, "needs " + others + " or " + names[last], null));
    }
  }

  private void exactlyOne(String path, String first, String second, boolean hasProblem) {
    boolean hasFirst = marks.has(path + "." + first);
    boolean hasSecond = marks.has(path + "." + second);
    if (hasFirst && hasSecond) {
      problem(path + "." + second, first + " and " + second + " exclude each other; keep one");
    } else if (!hasFirst && !hasSecond && !hasProblem) {
      problems.add(marks.keyProblem(path, "needs " + first + " or " + second, null));
    }
  }

  /**
   * Whether a problem was found with the key or under it, so that what seems missing may be
   * misspelt.
   */
  boolean hasProblem(String path) {
    return problems.all().stream()
        .map(SpecProblem::path)
        .anyMatch(p -> p.equals(path) || p.startsWith(path + ".") || p.startsWith(path + "["));
  }

  /**
   * Relative paths are relative to the configuration's parent folder; URIs stay as they are. Empty
   * if the text under {@code at} is no path: a problem was added then.
   */
  Optional<String> absolute(String at, Path base, String path) {
    try {
      boolean uri = path.matches(URI_WITH_SCHEME);
      return Optional.of(uri ? path : base.resolve(path).normalize().toString());
    } catch (InvalidPathException e) {
      problem(at, "is not a path; take out the character that no path can hold");
      return Optional.empty();
    }
  }
}
