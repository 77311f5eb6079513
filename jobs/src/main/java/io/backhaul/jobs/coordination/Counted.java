/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.coordination;

import java.io.Serializable;
import java.util.Map;

/**
 * What a process counted of a sync since it last said so.
 *
 * @param sync {@code tenant/name}
 * @param destination its name within the tenant
 * @param counts those that are not zero
 */
record Counted(String sync, String destination, Map<Count, Long> counts) implements Serializable {

  Counted {
    counts = Map.copyOf(counts);
  }

  /** How many. */
  long of(Count count) {
    return counts.getOrDefault(count, 0L);
  }

  /** What the sync's metrics begin with, after the name of the plugin. */
  String prefix() {
    return sync.replace('/', '.') + "." + destination;
  }
}
