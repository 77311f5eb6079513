/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

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

  private static final String MASK = "***";

  private final List<String> values;

  private Redactor(List<String> values) {
    this.values = values;
  }

  /** A redactor of these values; empty ones are passed over. */
  public static Redactor of(Collection<String> values) {
    // Longest first: a value that holds another must go as a whole, or its rest stays readable.
    return new Redactor(
        values.stream()
            .filter(value -> value != null && !value.isEmpty())
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList());
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
    clean = clean.replaceAll("\\p{Cntrl}+", " ").strip();
    return clean.length() <= MAX_LENGTH ? clean : clean.substring(0, MAX_LENGTH - 1) + "…";
  }
}
