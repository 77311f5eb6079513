/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.ledger;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** The ledger's storage does not take what is written to it, and a person has to change that. */
public final class UnwritableLedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private UnwritableLedgerException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What went wrong, if the storage is why, in words with a remedy. */
  public static Optional<UnwritableLedgerException> of(Throwable thrown, LedgerRoot root) {
    return remedy(thrown)
        .map(
            remedy ->
                new UnwritableLedgerException(
                    "the ledger cannot be written: "
                        + remedy
                        + ", at "
                        + root.files()
                        + "; then run it again: what the destination acknowledged is settled first",
                    thrown));
  }

  private static Optional<String> remedy(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (said.contains("no space left") || said.contains("quota exceeded")) {
        return Optional.of("no space is left; free some (backhaul maintain helps) or add some");
      }
      if (said.contains("read-only file system")) {
        return Optional.of("its file system is read-only; mount it writable");
      }
      if (said.contains("permission denied") || said.contains("accesscontrolexception")) {
        return Optional.of("this user may not write there; grant it, or name another ledger");
      }
      boolean folder = said.contains("mkdirs failed") || said.contains("not a directory");
      if (cause instanceof IOException && (folder || said.contains("parent path is not"))) {
        return Optional.of(
            "its folder cannot be made (read-only, or a file stands in its place); make the folder"
                + " writable for this user, or name another in ledger.path");
      }
    }
    return Optional.empty();
  }
}
