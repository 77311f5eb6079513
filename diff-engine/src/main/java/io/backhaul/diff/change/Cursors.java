/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.util.Optional;

/** Whether a cursor still says where to start. */
final class Cursors {

  private Cursors() {}

  /** Why the run cannot start from its cursor; empty if it can. */
  static Optional<String> whyNot(DetectRequest request, Strategy strategy, long stateBytes) {
    Cursor cursor = request.cursor();
    if (cursor == null) {
      return Optional.of("no earlier run is settled");
    }
    if (!cursor.kind().equals(strategy.wireName())) {
      return Optional.of("the last settled run used the strategy " + cursor.kind());
    }
    if (!request.mapping().fingerprint().equals(cursor.mappingFingerprint())) {
      return Optional.of("the mapping is another one than at the last settled run");
    }
    if (stateBytes == 0) {
      return Optional.of("state is empty");
    }
    return Optional.empty();
  }
}
