/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what a mistyped name was meant to be. */
public final class NearestName {

  private NearestName() {}

  /**
   * The candidate with the fewest typing slips (a letter too many, too few, wrong, or two swapped),
   * if they are few enough for its length. Case, {@code -} and {@code _} count for nothing.
   */
  public static Optional<String> of(String name, Collection<String> candidates) {
    String wanted = bare(name);
    String nearest = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      String bare = bare(candidate);
      int allowed = Math.max(1, Math.min(3, Math.max(wanted.length(), bare.length()) / 3));
      if (Math.abs(bare.length() - wanted.length()) > allowed) {
        continue;
      }
      int slips = slips(wanted, bare);
      if (slips <= allowed && slips < fewest) {
        nearest = candidate;
        fewest = slips;
      }
    }
    return Optional.ofNullable(nearest);
  }

  private static String bare(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** Optimal string alignment distance, three rows at a time. */
  private static int slips(String from, String to) {
    int[] beforeLast = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        row[j] = Math.min(last[j - 1] + (same ? 0 : 1), 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[to.length()];
  }
}
