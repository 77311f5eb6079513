/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import io.backhaul.diff.digest.DigestScan;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** The hash of a key, the same as {@code StateDigests.keyHash} has for state. */
final class KeyHash {

  private KeyHash() {}

  /**
   * Of rows that have {@code source_key}.
   *
   * @param own the key as the source has it
   * @param compared the same columns in the types that keys are compared in
   */
  static Column ofSource(StructType own, StructType compared) {
    return DigestScan.keyHash(
        IntStream.range(0, own.size())
            .mapToObj(
                i ->
                    functions
                        .col("source_key")
                        .getField(own.fields()[i].name())
                        .cast(compared.fields()[i].dataType()))
            .toArray(Column[]::new));
  }
}
