/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import io.backhaul.diff.platform.Sequences;
import io.backhaul.diff.platform.SparkPlatform;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.types.ObjectType;

/** A {@link PayloadWriter} as Spark calls it: without copies of what it reads and returns. */
final class Rendering {

  private Rendering() {}

  /**
   * The rendered row.
   *
   * @param key the struct of the key columns
   * @param mapped the struct of the fields, or null
   * @return a column of {@link PayloadWriter#RESULT}
   */
  static Column of(PayloadWriter writer, Column key, Column mapped) {
    return SparkPlatform.column(
        new Invoke(
            new Literal(writer, new ObjectType(PayloadWriter.class)),
            "write",
            PayloadWriter.RESULT,
            Sequences.of(List.of(SparkPlatform.expression(key), SparkPlatform.expression(mapped))),
            Sequences.of(List.of()),
            false,
            false,
            true));
  }
}
