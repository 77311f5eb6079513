/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Puts an exception into one line for a report. */
public final class Causes {

  private static final int LONGEST = 500;

  private static final Pattern CANCELLED = Pattern.compile("(?i)job \\d+ (was )?cancell?ed");

  private Causes() {}

  /** Whether somebody cancelled the Spark job that this failure is of. */
  static boolean sparkCancelled(Throwable thrown) {
    return any(
        thrown,
        cause -> cause.getMessage() != null && CANCELLED.matcher(cause.getMessage()).find());
  }

  /** Whether something is true of a failure or of any of its causes. */
  static boolean any(Throwable thrown, Predicate<Throwable> is) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (is.test(cause)) {
        return true;
      }
      if (cause.getCause() == cause) {
        break;
      }
    }
    return false;
  }

  /** The innermost message that says something, in one line of at most 500 characters. */
  public static String text(Throwable thrown) {
    String text = thrown.getClass().getSimpleName();
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
        text = cause.getMessage();
      }
      if (cause.getCause() == cause) {
        break;
      }
    }
    String line = text.lines().findFirst().orElse(text).strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
