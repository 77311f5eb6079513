/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.ledger;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The ledger's storage does not take what is written to it, and a person has to change that. */
public final class UnwritableLedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How Hadoop and Delta say that a folder cannot be made. */
  private static final List<String> NO_FOLDER =
      List.of(
          "mkdirs failed", "not a directory", "parent path is not", "delta_cannot_create_log_path");

  private UnwritableLedgerException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What went wrong, if the storage is why, in words with a remedy. */
  public static Optional<UnwritableLedgerException> of(Throwable thrown, LedgerRoot root) {
    return remedy(thrown, root.files())
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

  private static Optional<String> remedy(Throwable thrown, String place) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (said.contains("no space left") || said.contains("quota exceeded")) {
        return Optional.of("no space is left; free some (backhaul maintain helps) or add some");
      }
      if (said.contains("read-only file system")) {
        return Optional.of("its file system is read-only; mount it writable");
      }
      if (!said.contains(place.toLowerCase(Locale.ROOT))) {
        continue; // it may be about the source
      }
      if (said.contains("permission denied")) {
        return Optional.of("this user may not write there; grant it, or name another ledger");
      }
      if (NO_FOLDER.stream().anyMatch(said::contains)) {
        return Optional.of(
            "its folder cannot be made (read-only, or a file stands in its place); make the folder"
                + " writable for this user, or name another in ledger.path");
      }
    }
    return Optional.empty();
  }
}
