/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the first key that comes again. While keys come in ascending order, as those of a sorted
 * plan do, none of them is looked up. Not thread-safe.
 */
public final class DistinctKeys {

  private final List<String> ascending = new ArrayList<>();
  private Set<String> all;

  /** Adds a key, and says whether it was not there yet. */
  public boolean add(String key) {
    if (all == null && inOrder(key)) {
      return ascending.add(key);
    }
    if (all == null) {
      all = new HashSet<>(ascending);
    }
    return all.add(key);
  }

  private boolean inOrder(String key) {
    return ascending.isEmpty() || ascending.get(ascending.size() - 1).compareTo(key) < 0;
  }
}
