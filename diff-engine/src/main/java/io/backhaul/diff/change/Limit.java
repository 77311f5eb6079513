/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.io.Serializable;

/**
 * A bound given as a share or as a count.
 *
 * @param share of one, for example 0.1 for {@code 10%}; NaN where a count was given
 * @param count rows; meaningless where a share was given
 */
public record Limit(double share, long count) implements Serializable {

  /** A share of one. */
  public static Limit ofShare(double share) {
    return new Limit(share, 0);
  }

  /** A number of rows. */
  public static Limit ofCount(long count) {
    return new Limit(Double.NaN, count);
  }

  /** Whether {@code part} of {@code whole} rows is more than this allows. */
  public boolean exceededBy(long part, long whole) {
    return Double.isNaN(share) ? part > count : part > share * whole;
  }

  /** As written in the spec: {@code 10%} or {@code 5000}. */
  @Override
  public String toString() {
    if (Double.isNaN(share)) {
      return Long.toString(count);
    }
    double percent = Math.round(share * 1e6) / 1e4;
    return (percent == Math.rint(percent)
            ? Long.toString((long) percent)
            : Double.toString(percent))
        + "%";
  }
}
