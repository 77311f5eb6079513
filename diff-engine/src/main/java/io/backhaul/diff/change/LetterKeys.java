/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;

import java.util.Arrays;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The keys of open dead letters. A strategy that looks only at what moved since its cursor looks at
 * these as well: a requeued letter is to be sent although its row did not move, and a row that
 * broke a rule may pass once the rule is another.
 */
final class LetterKeys {

  private LetterKeys() {}

  /** Key columns with their own types, each key once; {@code null} where there are no letters. */
  static Dataset<Row> of(DetectRequest request) {
    Dataset<Row> letters = request.openLetters();
    if (letters == null || letters.isEmpty()) {
      return null;
    }
    return of(letters, request.mapping().keySchema());
  }

  /** As {@link #of(DetectRequest)}, for letters with a column {@code key}. */
  static Dataset<Row> of(Dataset<Row> letters, StructType keys) {
    return letters
        .select(from_json(col("key"), keys, Map.of("timeZone", "UTC")).as("letter"))
        .select(
            Arrays.stream(keys.fieldNames())
                .map(name -> col("letter.`" + name + "`").as(name))
                .toArray(Column[]::new))
        .distinct();
  }
}
