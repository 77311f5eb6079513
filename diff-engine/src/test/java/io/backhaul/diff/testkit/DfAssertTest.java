/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class DfAssertTest {

  private static Dataset<Row> rows(String values) {
    return SparkSessions.shared().sql("SELECT * FROM VALUES " + values + " AS t(id, x)");
  }

  @Test
  void sameRowsInAnotherOrderAreTheSame() {
    assertThatCode(
            () ->
                DfAssert.assertSameRows(
                    rows("(1, 'a'), (2, 'b'), (2, 'b')"), rows("(2, 'b'), (1, 'a'), (2, 'b')")))
        .doesNotThrowAnyException();
  }

  @Test
  void aRowThatOccursOnceMoreIsADifference() {
    assertThatThrownBy(
            () ->
                DfAssert.assertSameRows(
                    rows("(1, 'a'), (2, 'b')"), rows("(1, 'a'), (2, 'b'), (2, 'b')")))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void orderCountsWhereItIsAskedFor() {
    DfAssert.assertSameRowsInOrder(rows("(1, 'a'), (2, 'b')"), rows("(1, 'a'), (2, 'b')"));
    assertThatThrownBy(
            () ->
                DfAssert.assertSameRowsInOrder(
                    rows("(1, 'a'), (2, 'b')"), rows("(2, 'b'), (1, 'a')")))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void numbersMayDifferByTheTolerance() {
    DfAssert.assertNearlySameRowsInOrder(rows("(1, 0.5D)"), rows("(1, 0.5001D)"), 0.001);
    assertThatThrownBy(
            () -> DfAssert.assertNearlySameRowsInOrder(rows("(1, 0.5D)"), rows("(1, 0.6D)"), 0.001))
        .isInstanceOf(AssertionError.class);
  }
}
