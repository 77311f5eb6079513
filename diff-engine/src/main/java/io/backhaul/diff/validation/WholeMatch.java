/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.validation;

import java.util.regex.Pattern;
import org.apache.spark.sql.api.java.UDF1;

/**
 * Whether a whole text matches a pattern. Some patterns take years, or the whole stack, on the
 * wrong text; such a text counts as one that does not match, so that one row cannot end the run.
 */
final class WholeMatch implements UDF1<String, Boolean> {

  private static final long serialVersionUID = 1L;
  private static final long MOST_STEPS = 20_000_000;

  private final Pattern pattern;

  WholeMatch(String pattern) {
    this.pattern = Pattern.compile(pattern);
  }

  @Override
  public Boolean call(String text) {
    if (text == null) {
      return null;
    }
    try {
      return pattern.matcher(new Metered(text)).matches();
    } catch (TooManySteps | StackOverflowError e) {
      return false;
    }
  }

  /** A text that can be looked at only so often. */
  private static final class Metered implements CharSequence {
    private final String text;
    private long steps;

    Metered(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++steps > MOST_STEPS) {
        throw new TooManySteps();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManySteps() {
      super(null, null, false, false);
    }
  }
}
