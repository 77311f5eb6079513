/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.PrunedFilteredScan;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ReadOnceTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final SnowflakeFailure EXPLAINED =
      new SnowflakeFailure(
          new SourceSpec.Snowflake(
              "https://acme.example.com",
              new SourceSpec.Snowflake.Login("READER", null, null, "not-a-real-token"),
              null,
              null,
              "SHOP",
              null,
              "ORDERS",
              null));

  /** A relation of the numbers 1 to 3 that takes down what it is asked. */
  private static final class Numbers extends BaseRelation implements PrunedFilteredScan {
    private final List<String> asked = new ArrayList<>();
    private final boolean broken;

    Numbers(boolean broken) {
      this.broken = broken;
    }

    @Override
    public SQLContext sqlContext() {
      return SPARK.sqlContext();
    }

    @Override
    public StructType schema() {
      return StructType.fromDDL("n INT, twice INT");
    }

    @Override
    public RDD<Row> buildScan(String[] columns, Filter[] filters) {
      asked.add(String.join(",", columns) + List.of(filters));
      boolean breaks = broken;
      boolean both = columns.length == 2;
      return new JavaSparkContext(SPARK.sparkContext())
          .parallelize(List.of(1, 2, 3), 2)
          .map(n -> row(n, both, breaks))
          .rdd();
    }

    private static Row row(int n, boolean both, boolean breaks) throws SQLException {
      if (breaks) {
        throw new SQLException(
            "no https://bucket.example.com/x?signature=hunter2", "58030", 200016);
      }
      return both ? RowFactory.create(n, 2 * n) : RowFactory.create(n);
    }
  }

  private static Dataset<Row> rows(Numbers numbers) {
    return SPARK.baseRelationToDataFrame(new ReadOnce(numbers, filter -> true, EXPLAINED));
  }

  @Test
  void theSameColumnsAndFiltersAreAskedForOnce() {
    Numbers numbers = new Numbers(false);
    Dataset<Row> rows = rows(numbers);

    for (int i = 0; i < 2; i++) {
      assertThat(rows.select("n").where("n > 1").collectAsList()).hasSize(2);
      assertThat(rows.collectAsList()).hasSize(3);
    }

    assertThat(numbers.asked).hasSize(2);
  }

  @Test
  void asItIsEachPlanAsks() {
    Numbers numbers = new Numbers(false);
    Dataset<Row> rows = SPARK.baseRelationToDataFrame(numbers);

    rows.select("n").collectAsList();
    rows.select("n").collectAsList();

    assertThat(numbers.asked).hasSizeGreaterThan(1);
  }

  @Test
  void whatADriverSaysOnAnExecutorIsNotRepeated() {
    assertThatThrownBy(() -> rows(new Numbers(true)).collectAsList())
        .satisfies(
            e -> {
              StringWriter text = new StringWriter();
              e.printStackTrace(new PrintWriter(text));
              assertThat(text.toString())
                  .contains("Snowflake cannot be reached (https://acme.example.com")
                  .contains("error 200016")
                  .doesNotContain("hunter2");
            });
  }
}
