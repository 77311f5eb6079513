/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench.server;

/**
 * What has arrived so far.
 *
 * @param requests requests with at least one record
 * @param records records in them
 * @param checksum sum of the CRC-32C of each record's bytes: equal for the same records in any
 *     order and in batches of any size
 */
public record Counts(long requests, long records, long checksum) {

  /** Nothing. */
  public static final Counts NONE = new Counts(0, 0, 0);

  /** What arrived after {@code earlier}. */
  public Counts since(Counts earlier) {
    return new Counts(
        requests - earlier.requests, records - earlier.records, checksum - earlier.checksum);
  }

  /** Both together. */
  public Counts plus(Counts other) {
    return new Counts(
        requests + other.requests, records + other.records, checksum + other.checksum);
  }

  /** Whether the same records arrived, in however many requests. */
  public boolean sameRecords(Counts other) {
    return records == other.records && checksum == other.checksum;
  }

  String line() {
    return requests + " " + records + " " + checksum;
  }

  static Counts parse(String line) {
    String[] parts = line.strip().split(" ");
    return new Counts(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
  }
}
