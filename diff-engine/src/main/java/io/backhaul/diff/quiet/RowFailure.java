/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.quiet;

import java.io.FileNotFoundException;
import java.nio.file.FileSystemException;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.SparkThrowable;

/**
 * A row could not be read or mapped. Says what kind of failure it was and where, and none of its
 * words, which may quote the row; Spark writes them into logs, events and web pages.
 */
public final class RowFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private RowFailure(Throwable failure) {
    super(
        "a row could not be read or mapped ("
            + kind(failure)
            + words(failure)
            + "); what else was said is withheld, because it may quote personal fields: run the"
            + " mapping's expressions on the source to see it, and mind those that fail on some"
            + " values, as to_date does (try_to_timestamp gives null instead)");
    setStackTrace(failure.getStackTrace());
  }

  static RowFailure of(Throwable thrown) {
    Throwable innermost = thrown;
    Set<Throwable> seen = new HashSet<>();
    while (innermost.getCause() != null && seen.add(innermost)) {
      innermost = innermost.getCause();
    }
    return innermost instanceof RowFailure known ? known : new RowFailure(innermost);
  }

  /** Spark's error classes are names of its own, and say more than a class of Java. */
  @SuppressWarnings("deprecation") // Spark 3.5 knows no other name for it
  private static String kind(Throwable failure) {
    String name = failure.getClass().getName();
    return failure instanceof SparkThrowable spark && spark.getErrorClass() != null
        ? name + ", " + spark.getErrorClass()
        : name;
  }

  /** A file that is not there, or may not be read, is named; its name is no value. */
  private static String words(Throwable failure) {
    boolean named =
        failure instanceof FileNotFoundException || failure instanceof FileSystemException;
    return named ? ": " + String.valueOf(failure.getMessage()).lines().findFirst().orElse("") : "";
  }
}
