/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import java.io.FileNotFoundException;
import java.util.ConcurrentModificationException;
import java.util.function.Supplier;

/**
 * Commits that others make to a table of the ledger while a run writes to it: {@code OPTIMIZE},
 * {@code DELETE}, {@code VACUUM}, by {@code backhaul maintain}, by a person or by a catalog that
 * looks after its tables. Delta lets the later of two writers fail; ours then reads the table anew
 * and tries again. Each failed attempt means that another writer got on, so that no pause is
 * needed.
 */
public final class Conflicts {

  private static final int ATTEMPTS = 10;

  /** A file that is gone in the newest version, too, does not come back. */
  private static final int ATTEMPTS_ON_A_GONE_FILE = 3;

  private Conflicts() {}

  /** Whether another writer's commit, and nothing else, is why a write failed. */
  public static boolean isConflict(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (isOfDelta(cause)) {
        return true;
      }
    }
    return false;
  }

  /**
   * By name, so that no build of Delta need have the class of another: these are public in all of
   * them, and older ones of Databricks threw their own.
   */
  private static boolean isOfDelta(Throwable thrown) {
    String name = thrown.getClass().getName();
    return name.startsWith("io.delta.exceptions.")
        || (thrown instanceof ConcurrentModificationException
            && (name.contains(".delta.") || name.contains(".tahoe.")));
  }

  /** Whether a file that the pinned version of a table names was removed before it was read. */
  public static boolean isFileGone(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof FileNotFoundException
          || cause.getClass().getSimpleName().equals("SparkFileNotFoundException")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Does the work again, from the table as it then is, as long as other writers come in between.
   *
   * @param work reads and writes; done twice it must have the effect of once
   */
  public static <T> T retried(Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (Exception e) { // Scala throws checked exceptions where Java expects none
        if (attempt >= (isConflict(e) ? ATTEMPTS : isFileGone(e) ? ATTEMPTS_ON_A_GONE_FILE : 1)) {
          throw e;
        }
      }
    }
  }

  /** As {@link #retried(Supplier)}, for work without a result. */
  public static void retried(Runnable work) {
    retried(
        () -> {
          work.run();
          return true;
        });
  }
}
