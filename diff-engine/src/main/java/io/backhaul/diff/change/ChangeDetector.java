/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import io.backhaul.diff.state.TableRef;

/** Finds what the destination does not hold yet. Stateless. */
public sealed interface ChangeDetector
    permits SnapshotDiff, WatermarkDiff, ChangeFeedDiff, PushdownDiff {

  /**
   * Compares the pinned source with state. A source that may give other rows the next time is read
   * at most once, by this call or, on a first sync, when the change set is stored. No table is
   * written.
   */
  ChangeSet detect(DetectRequest request);

  /**
   * A comparison of the whole snapshot for which the source's database hashes its rows, where it
   * can.
   *
   * @param memory the sync's table of hashes
   */
  static ChangeDetector pushingDown(TableRef memory) {
    return new PushdownDiff(memory);
  }

  /** The detector of a strategy. */
  static ChangeDetector of(Strategy strategy) {
    return switch (strategy) {
      case SNAPSHOT -> new SnapshotDiff();
      case WATERMARK -> new WatermarkDiff();
      case CHANGE_FEED -> new ChangeFeedDiff();
    };
  }
}
