/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;

/** Puts an exception into one line for a report. */
public final class Causes {

  private static final int LONGEST = 500;
  private static final int DEEPEST = 20;

  private static final Pattern CANCELLED = Pattern.compile("(?i)job \\d+ (was )?cancell?ed");

  private Causes() {}

  /** A failure as far as it may be told: kinds and places of all causes, words of some. */
  private static final class Wordless extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Wordless(String message, Throwable failure, Throwable cause) {
      super(message, cause);
      setStackTrace(failure.getStackTrace());
    }
  }

  /**
   * The same failure without words that may quote a row: of Spark, drivers and connectors. Our own
   * and those about tables and columns stay.
   */
  static Throwable withoutValues(Throwable thrown) {
    return withoutValues(thrown, 0);
  }

  private static Throwable withoutValues(Throwable thrown, int depth) {
    boolean ours = thrown.getClass().getName().startsWith("io.backhaul.");
    String message =
        ours || thrown instanceof AnalysisException
            ? String.valueOf(thrown.getMessage())
            : kind(thrown) + " (its words are withheld, because they may quote personal fields)";
    Throwable cause = thrown.getCause();
    return new Wordless(
        message,
        thrown,
        cause == null || depth == DEEPEST ? null : withoutValues(cause, depth + 1));
  }

  /** Spark's error classes are names of its own, and say more than a class of Java. */
  @SuppressWarnings("deprecation") // Spark 3.5 knows no other name for it
  private static String kind(Throwable thrown) {
    String name = thrown.getClass().getName();
    return thrown instanceof SparkThrowable spark && spark.getErrorClass() != null
        ? name + ", " + spark.getErrorClass()
        : name;
  }

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
