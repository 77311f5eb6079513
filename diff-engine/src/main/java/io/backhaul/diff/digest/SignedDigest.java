/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import java.io.Serializable;
import java.util.Optional;

/**
 * A digest and, unless there are too many rows for that, the signatures of its rows.
 *
 * @param signatures or {@code null}
 */
public record SignedDigest(Digest digest, Signatures signatures) implements Serializable {

  /**
   * A thirty-second of the heap may be signatures: there are several copies while they are made.
   */
  private static final long MOST_ROWS =
      Math.min(Integer.MAX_VALUE / 8, Runtime.getRuntime().maxMemory() / 32 / Integer.BYTES);

  /** Whether so many rows are few enough for signatures. */
  public static boolean signs(long rows) {
    return rows <= MOST_ROWS;
  }

  SignedDigest with(SignedDigest other) {
    return new SignedDigest(digest.with(other.digest), signatures.with(other.signatures));
  }

  /**
   * What this becomes when rows go and others come.
   *
   * @param gone with signatures
   * @param come with signatures
   * @return empty if it cannot be told, or would have too many rows, or too many a bucket
   */
  public Optional<SignedDigest> moved(SignedDigest gone, SignedDigest come) {
    long rows = digest.rows() - gone.digest.rows() + come.digest.rows();
    if (signatures == null || !signs(rows) || Digest.bits(rows) > digest.bits() + 1) {
      return Optional.empty();
    }
    return digest
        .without(gone.digest)
        .flatMap(
            rest ->
                signatures
                    .without(gone.signatures)
                    .map(signed -> new SignedDigest(rest, signed).with(come)));
  }
}
