/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Change;
import java.util.List;

/**
 * Halves a batch that was refused for some record in it. One poison record among n costs about 2
 * log2 n more requests, and only that record is rejected. Where all n are poison, it costs about
 * log2 n more requests than one for each: after some in a row the sender goes on one by one.
 */
final class Bisection {

  private Bisection() {}

  /** The two halves, in order; the batch holds at least two records. */
  static List<List<Change>> halves(List<Change> changes) {
    int middle = changes.size() / 2;
    return List.of(changes.subList(0, middle), changes.subList(middle, changes.size()));
  }
}
