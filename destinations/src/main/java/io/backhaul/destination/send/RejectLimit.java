/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.io.Serializable;

/**
 * How many records of one partition the destination may reject. More say that the fault is not in
 * single records (a field that is gone, a wrong mapping), and sending the rest would only fill the
 * dead letters.
 *
 * @param share of the records that were judged, that is applied or rejected; NaN where a count is
 *     the bound
 * @param count records; meaningless where a share is the bound
 * @param accepted so many rejected records pass whatever the bound
 */
public record RejectLimit(double share, long count, long accepted) implements Serializable {

  /** A share says something only once this many records were judged. */
  public static final int FEWEST_JUDGED = 1_000;

  /** Code of what is deferred because too many records before it were rejected. */
  public static final String EXCEEDED = "REJECTS_EXCEEDED";

  /** Any number of records may be rejected. */
  public static final RejectLimit OFF = ofShare(1);

  public RejectLimit {
    if (share < 0 || share > 1 || count < 0 || accepted < 0) {
      throw new IllegalArgumentException("a limit is a share of one or a number of records");
    }
  }

  /** A share of one; {@code 1} is no limit. */
  public static RejectLimit ofShare(double share) {
    return new RejectLimit(share, 0, 0);
  }

  /** A number of records. */
  public static RejectLimit ofCount(long records) {
    return new RejectLimit(Double.NaN, records, 0);
  }

  /** The same, but up to so many rejected records pass. */
  public RejectLimit accepting(long records) {
    return new RejectLimit(share, count, records);
  }

  /** Whether {@code rejected} of {@code judged} records are more than this allows. */
  public boolean exceededBy(long rejected, long judged) {
    if (rejected <= accepted) {
      return false;
    }
    return Double.isNaN(share)
        ? rejected > count
        : judged >= FEWEST_JUDGED && rejected > share * judged;
  }
}
