/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Takes given values out of a message before it is thrown, logged or stored. Immutable.
 *
 * <p>What is left is one line of at most {@value #MAX_LENGTH} characters: vendors answer with whole
 * HTML pages.
 */
public final class Redactor {

  /** Longest message kept, in UTF-16 units. */
  public static final int MAX_LENGTH = 500;

  /** What lies further behind is cut off before {@link Spellings} are looked for. */
  private static final int MOST_SEARCHED = 8 * MAX_LENGTH;

  private static final String MASK = "***";

  private final List<String> values;
  private final List<Spellings> hidden;

  private Redactor(List<String> values, List<Spellings> hidden) {
    this.values = values;
    this.hidden = List.copyOf(hidden);
  }

  /** A redactor of these values as they are; empty ones are passed over. */
  public static Redactor of(Collection<String> values) {
    // Longest first: a value that holds another must go as a whole, or its rest stays readable.
    return new Redactor(
        values.stream()
            .filter(value -> value != null && !value.isEmpty())
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList(),
        List.of());
  }

  /** The same, that takes out secrets as well: in whatever spelling, and any longer part of one. */
  public Redactor withSecrets(Collection<String> secrets) {
    return with(secrets, false);
  }

  /**
   * The same, that takes out personal values as well: in whatever spelling, any longer part of one,
   * and each of its words.
   */
  public Redactor withPersonal(Collection<String> personal) {
    return with(personal, true);
  }

  private Redactor with(Collection<String> more, boolean words) {
    List<Spellings> all = new ArrayList<>(hidden);
    more.stream()
        .filter(value -> value != null && !value.isBlank())
        .distinct()
        .forEach(value -> all.add(Spellings.of(value, words)));
    return new Redactor(values, all);
  }

  /** The message without the values; {@code null} stays {@code null}. */
  public String redact(String message) {
    if (message == null) {
      return null;
    }
    String clean = message;
    for (String value : values) {
      clean = clean.replace(value, MASK);
    }
    clean = withoutSpellings(clean).replaceAll("\\p{Cntrl}+", " ").strip();
    return clean.length() <= MAX_LENGTH ? clean : clean.substring(0, MAX_LENGTH - 1) + "…";
  }

  private String withoutSpellings(String message) {
    if (hidden.isEmpty() || message.isEmpty()) {
      return message;
    }
    boolean cut = message.length() > MOST_SEARCHED;
    String searched = cut ? message.substring(0, MOST_SEARCHED) + "…" : message;
    SearchedText text = new SearchedText(searched);
    hidden.forEach(spellings -> spellings.hide(text));
    BitSet found = text.hidden();
    StringBuilder clean = new StringBuilder();
    for (int at = 0; at < searched.length(); ) {
      int next = found.nextSetBit(at);
      int end = next < 0 ? searched.length() : next;
      clean.append(searched, at, end);
      if (next < 0) {
        break;
      }
      clean.append(MASK);
      at = found.nextClearBit(next);
    }
    return clean.toString();
  }
}
