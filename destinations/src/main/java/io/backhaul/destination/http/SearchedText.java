/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.util.BitSet;

/**
 * A message in which values are looked for, and what was found of them. Only letters and digits
 * count and their case does not, so that what spaces, quotes and escapes stand between is found all
 * the same. Not thread-safe.
 */
final class SearchedText {

  /** Equal texts of this many characters are no coincidence. */
  static final int FRAGMENT = 8;

  private static final int BUCKETS = 1 << 16;

  private final String text;
  private final String folded;
  private final String projected;
  private final int[] positions;
  private final BitSet fragments = new BitSet(BUCKETS);
  private final BitSet hidden = new BitSet();

  SearchedText(String text) {
    this.text = text;
    this.folded = folded(text);
    this.positions = new int[text.length()];
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (Character.isLetterOrDigit(text.charAt(i))) {
        positions[kept.length()] = i;
        kept.append(folded.charAt(i));
      }
    }
    this.projected = kept.toString();
    for (int i = 0; i + FRAGMENT <= projected.length(); i++) {
      fragments.set(bucket(projected, i));
    }
  }

  /** Letter by letter, so that every position stays where it is. */
  static String folded(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      folded.append(Character.toLowerCase(text.charAt(i)));
    }
    return folded.toString();
  }

  /** Letters and digits alone, without their case. */
  static String projected(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (Character.isLetterOrDigit(text.charAt(i))) {
        kept.append(Character.toLowerCase(text.charAt(i)));
      }
    }
    return kept.toString();
  }

  private static int bucket(String text, int from) {
    int hash = 0;
    for (int i = from; i < from + FRAGMENT; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
  }

  /** Hides a folded value wherever it stands by itself, with no letter or digit beside it. */
  void hideWord(String value) {
    for (int at = folded.indexOf(value); at >= 0; at = folded.indexOf(value, at + 1)) {
      int end = at + value.length();
      boolean alone =
          (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
              && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
      if (alone) {
        hidden.set(at, end);
      }
    }
  }

  /** Hides every part of a projected value that has {@value #FRAGMENT} characters or more. */
  void hideParts(String value) {
    for (int from = 0; from + FRAGMENT <= value.length(); from++) {
      if (fragments.get(bucket(value, from))) {
        hideProjected(value.substring(from, from + FRAGMENT));
      }
    }
  }

  private void hideProjected(String part) {
    for (int at = projected.indexOf(part); at >= 0; at = projected.indexOf(part, at + 1)) {
      hidden.set(positions[at], positions[at + part.length() - 1] + 1);
    }
  }

  /** The characters to take out. */
  BitSet hidden() {
    return hidden;
  }
}
