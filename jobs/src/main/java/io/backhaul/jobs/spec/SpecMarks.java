/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers where each key of one file stands, so that what is found out later (a column that the
 * source does not have, a field the destination does not know) is reported with its line as well.
 */
public final class SpecMarks {

  private record Mark(Yaml.Place key, Yaml.Place value) {}

  private static final Yaml.Place TOP = new Yaml.Place(1, 1);

  private final String file;
  private final Map<String, Mark> marks = new HashMap<>();
  private final Map<String, List<String>> names = new HashMap<>();

  SpecMarks(String file) {
    this.file = file;
  }

  /** As the user would open it. */
  public String file() {
    return file;
  }

  /** Whether the file itself holds this key, rather than taking its default. */
  boolean has(String path) {
    return marks.containsKey(path);
  }

  /**
   * A problem with the value under {@code path}, or with the nearest key above that the file has.
   *
   * @param path for example {@code mapping.full_name} or {@code key[0]}
   * @param written what the user wrote
   * @param candidates the valid names
   */
  public SpecProblem problem(
      String path, String message, String written, Collection<String> candidates) {
    return problem(path, message, NearestName.of(written, candidates).stream().toList());
  }

  /**
   * As the other, where the candidates are sorted already.
   *
   * @param nearestFirst names to suggest; empty if there is none
   */
  public SpecProblem problem(String path, String message, List<String> nearestFirst) {
    Yaml.Place place = nearest(path).value;
    String suggestion = nearestFirst.isEmpty() ? null : nearestFirst.get(0);
    return new SpecProblem(file, place.line(), place.column(), path, message, suggestion);
  }

  /** As the other, of a problem for which no name can be suggested. */
  public SpecProblem problem(String path, String message) {
    return problem(path, message, List.of());
  }

  /** A problem with the key itself rather than its value. */
  SpecProblem keyProblem(String path, String message, String suggestion) {
    Yaml.Place place = nearest(path).key;
    return new SpecProblem(file, place.line(), place.column(), path, message, suggestion);
  }

  /** The keys that the file holds right under {@code path}, wrong values included. */
  List<String> names(String path) {
    return names.getOrDefault(path, List.of());
  }

  /** Remembers one key under {@code path} and answers its own path. */
  String put(String path, Yaml.Field field) {
    String inner = path.isEmpty() ? field.name() : path + "." + field.name();
    names.computeIfAbsent(path, key -> new ArrayList<>()).add(field.name());
    put(inner, field.place(), field.value().place());
    return inner;
  }

  void put(String path, Yaml.Place key, Yaml.Place value) {
    marks.put(path, new Mark(key, value));
  }

  private Mark nearest(String path) {
    for (String at = path; ; at = parent(at)) {
      Mark mark = marks.get(at);
      if (mark != null) {
        return mark;
      }
      if (at.isEmpty()) {
        return new Mark(TOP, TOP);
      }
    }
  }

  private static String parent(String path) {
    int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    return cut < 0 ? "" : path.substring(0, cut);
  }
}
