/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.bench.server.Counts;
import io.backhaul.jobs.bench.server.ServerProcess;
import java.io.IOException;

/**
 * What a destination counted beyond what it was to be sent: nothing, if every record arrived once
 * and as it was.
 */
record Sent(long records, long checksum) {

  /** All arrived, and nothing else. */
  static final Sent AS_EXPECTED = new Sent(0, 0);

  static Sent since(Counts before, ServerProcess server, Counts expected) throws IOException {
    Counts surplus = server.counts().since(before).since(expected);
    return new Sent(surplus.records(), surplus.checksum());
  }

  @Override
  public String toString() {
    return equals(AS_EXPECTED)
        ? "every record once"
        : records + " records too many, checksum off by " + checksum;
  }
}
