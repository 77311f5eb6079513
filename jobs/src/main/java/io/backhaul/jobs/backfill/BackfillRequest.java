/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.backfill;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;

/**
 * Which rows of a sync to send again.
 *
 * @param where Spark SQL predicate over source columns, {@code null} for all rows
 * @param since only rows updated at or after this (UTC), {@code null} for all
 * @param chunk about how many rows a run sends
 * @param again whether to begin anew although the same was done before
 * @param accepted guards overridden for each of its runs: guard to accepted rows
 */
public record BackfillRequest(
    String where, Instant since, long chunk, boolean again, Map<String, Long> accepted) {

  public BackfillRequest {
    accepted = Map.copyOf(accepted);
    if (chunk < 1) {
      throw new IllegalArgumentException("a chunk has at least one row");
    }
  }

  /** The same for the same rows of the same sync, by which it is found again. */
  String id(String sync) {
    String asked = sync + '\n' + where + '\n' + since + '\n' + chunk;
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(asked.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
