/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.coordination;

import java.io.Serializable;
import java.util.List;

/**
 * What a process counted of a sync since it last said so.
 *
 * @param sync {@code tenant/name}
 * @param destination its name within the tenant
 * @param counts by the ordinal of {@link Count}
 */
record Counted(String sync, String destination, List<Long> counts) implements Serializable {

  Counted {
    counts = List.copyOf(counts);
  }

  /** What the sync's metrics begin with, after the name of the plugin. */
  String prefix() {
    return sync.replace('/', '.') + "." + destination;
  }
}
