/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * How much a destination that speaks no HTTP is given at once, and how fast: the keys {@code batch}
 * and {@code rate}.
 *
 * @param records most records in one batch
 * @param bytes most bytes in one batch
 * @param perSecond most batches a second, all executors together
 * @param concurrency most batches in flight, all executors together
 */
public record Load(int records, long bytes, double perSecond, int concurrency) {

  /** The two keys, with this load as what they fall back to. */
  public List<Key> keys(int mostRecords) {
    return List.of(
        Key.optional(
            "batch",
            Shape.obj(
                Key.optional(
                    "max_records",
                    new Shape.Whole(1, mostRecords),
                    Integer.toString(records),
                    "Most records in one batch."),
                Key.optional(
                    "max_bytes",
                    new Shape.Size(),
                    Long.toString(bytes),
                    "Most bytes in one batch.")),
            "How much goes into one batch."),
        Key.optional("rate", rate(), "How hard the destination may be driven."));
  }

  private Shape.Obj rate() {
    List<Key> keys = new ArrayList<>();
    keys.add(
        Key.optional(
            "requests_per_second",
            new Shape.Decimal(0.001, 100_000),
            Double.toString(perSecond),
            "Most batches a second, all executors together."));
    keys.add(
        Key.optional(
            "concurrency",
            new Shape.Whole(1, 1_000),
            Integer.toString(concurrency),
            "Most batches in flight, all executors together."));
    keys.addAll(DailyCalls.KEYS);
    return new Shape.Obj(keys);
  }

  /** What properties of these {@link #keys} say, else this. */
  public Load read(ObjectNode properties) {
    JsonNode batch = properties.path("batch");
    JsonNode rate = properties.path("rate");
    return new Load(
        batch.path("max_records").asInt(records),
        batch.path("max_bytes").asLong(bytes),
        rate.path("requests_per_second").asDouble(perSecond),
        rate.path("concurrency").asInt(concurrency));
  }
}
