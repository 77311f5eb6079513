/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Suggests what a misspelt name may have meant. */
final class NearestNames {

  private static final int MOST = 3;

  private record Scored(String name, int distance) {}

  private NearestNames() {}

  /** At most three of {@code valid} that are near enough to be a slip, nearest first. */
  static List<String> to(String name, Collection<String> valid) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int slack = Math.max(2, wanted.length() / 3);
    return valid.stream()
        .map(v -> new Scored(v, distance(wanted, v.toLowerCase(Locale.ROOT))))
        .filter(s -> s.distance <= slack)
        .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
        .limit(MOST)
        .map(Scored::name)
        .toList();
  }

  /** Insertions, deletions and replacements that turn one text into the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
