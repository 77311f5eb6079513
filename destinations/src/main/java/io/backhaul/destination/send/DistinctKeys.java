/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keys, each once. While they come in ascending order, none of them is looked up. */
final class DistinctKeys {

  private final List<String> ascending = new ArrayList<>();
  private Set<String> all;

  /** Adds a key, and says whether it was not there yet. */
  boolean add(String key) {
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
