/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.io.Serializable;
import java.time.Instant;

/**
 * How far a sync has read its source, as the {@code watermarks} table keeps it.
 *
 * @param kind {@code watermark} or {@code change_feed}
 * @param value the highest {@code updated_at} that is settled, ISO-8601 in UTC with microseconds;
 *     {@code null} under {@code change_feed}
 * @param sourceVersion {@link io.backhaul.diff.source.Snapshot#version} of what was last settled
 * @param mappingFingerprint the mapping that was settled; under another one every row is compared
 *     once more
 */
public record Cursor(String kind, String value, Long sourceVersion, String mappingFingerprint)
    implements Serializable {

  /** {@link #kind()} of {@link Strategy#WATERMARK} and {@link Strategy#CHANGE_FEED}. */
  public static String kind(Strategy strategy) {
    return strategy.wireName();
  }

  /** {@link #value()} as a point in time, or {@code null}. */
  public Instant instant() {
    return value == null ? null : Instant.parse(value);
  }
}
