/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

import io.backhaul.destination.Batch;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.http.HttpAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the receiver said about one object when it was asked.
 *
 * @param fields by name, in the receiver's order
 * @param operations {@code upsert}, {@code insert}, {@code update}, {@code mirror}; empty if it did
 *     not say
 * @param batchSize most records in one {@code sync_batch}
 * @param recordsPerSecond most records a second; 0 if it did not say
 */
record CensusPlan(
    Map<String, CensusField> fields,
    Set<String> operations,
    int batchSize,
    double recordsPerSecond) {

  /**
   * Passes an operation that the receiver supports. Mirroring is upserting and deleting, in batches
   * of their own ("Operations").
   *
   * @throws DestinationException (refused) if it does not
   */
  void admit(Batch batch) {
    String name = batch.op().wireName();
    boolean mirrored = batch.op() == Op.UPSERT || batch.op() == Op.DELETE;
    if (operations.isEmpty()
        || operations.contains(name)
        || (mirrored && operations.contains("mirror"))) {
      return;
    }
    throw DestinationException.refused(
        "OP_NOT_OFFERED",
        0,
        "the receiver does not offer "
            + name
            + " of "
            + batch.object()
            + ", only "
            + String.join(", ", new TreeSet<>(operations)));
  }

  /** Names of the fields that the receiver calls identifiers. */
  List<String> identifiers() {
    return fields.values().stream().filter(CensusField::identifier).map(CensusField::name).toList();
  }

  /**
   * How long so many records take at the pace that the receiver named, or one request at the pace
   * that the header {@code X-RateLimit-Limit} names, in requests a second.
   */
  RateHint pace(int records, HttpAnswer answer) {
    double seconds = recordsPerSecond > 0 ? records / recordsPerSecond : 0;
    String limit = answer.header("X-RateLimit-Limit").orElse("").strip();
    if (limit.matches("[1-9][0-9]{0,8}")) {
      seconds = Math.max(seconds, 1.0 / Long.parseLong(limit));
    }
    return new RateHint(Duration.ofMillis((long) Math.ceil(Math.min(seconds, 3_600) * 1_000)));
  }
}
