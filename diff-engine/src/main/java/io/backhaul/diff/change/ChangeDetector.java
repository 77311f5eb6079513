/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

/** Finds what the destination does not hold yet. Stateless. */
public sealed interface ChangeDetector permits SnapshotDiff, WatermarkDiff, ChangeFeedDiff {

  /**
   * Compares the pinned source with state. A source that may give other rows the next time is read
   * at most once, by this call or, on a first sync, when the change set is stored. No table is
   * written.
   */
  ChangeSet detect(DetectRequest request);

  /** The detector of a strategy. */
  static ChangeDetector of(Strategy strategy) {
    return switch (strategy) {
      case SNAPSHOT -> new SnapshotDiff();
      case WATERMARK -> new WatermarkDiff();
      case CHANGE_FEED -> new ChangeFeedDiff();
    };
  }
}
