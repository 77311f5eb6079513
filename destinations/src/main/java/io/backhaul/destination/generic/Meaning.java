/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import io.backhaul.destination.http.ErrorTable;
import java.util.Arrays;
import java.util.Locale;

/** What a file says that a status or an error code means. */
enum Meaning {
  /** Applied all the same: what a delete finds gone. */
  APPLIED(ErrorTable.Action.OK),
  /** Refused for the data. */
  REJECTED(ErrorTable.Action.POISONED),
  /** Not applied; may pass later. */
  RETRY(ErrorTable.Action.UNAVAILABLE),
  /** Not applied, because we were too fast. */
  THROTTLED(ErrorTable.Action.UNAVAILABLE),
  /** Configuration, credentials or permission. */
  REFUSED(ErrorTable.Action.REFUSED),
  /** Nobody can say whether it was applied. */
  UNKNOWN(ErrorTable.Action.IN_DOUBT),
  /** Not applied, because the token's time is over. */
  EXPIRED(ErrorTable.Action.UNAVAILABLE);

  private final ErrorTable.Action action;

  Meaning(ErrorTable.Action action) {
    this.action = action;
  }

  ErrorTable.Action action() {
    return action;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The meaning of a {@link #word}. */
  static Meaning of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  static String[] words() {
    return Arrays.stream(values()).map(Meaning::word).toArray(String[]::new);
  }

  /** What a status means where no file says anything. */
  static Meaning usual(int status, ErrorTable.Action action) {
    return switch (action) {
      case OK, POISONED -> REJECTED;
      case UNAVAILABLE -> status == 429 ? THROTTLED : RETRY;
      case REFUSED -> REFUSED;
      case IN_DOUBT, CONTRADICTORY -> UNKNOWN;
    };
  }
}
