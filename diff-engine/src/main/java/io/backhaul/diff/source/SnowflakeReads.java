/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.sources.PrunedFilteredScan;
import org.apache.spark.sql.types.StructType;

/** Reads of Snowflake by its connector: each query is run once, however often Spark plans. */
record SnowflakeReads(SourceSpec.Snowflake spec) {

  /** The rows of a query, whose columns Snowflake is asked for. */
  Dataset<Row> rows(SparkSession spark, String query) {
    return once(spark, reader(spark, query));
  }

  /** The rows of a query whose columns are known; nothing is asked until they are read. */
  Dataset<Row> rows(SparkSession spark, String query, StructType types) {
    return once(spark, reader(spark, query).schema(types));
  }

  private DataFrameReader reader(SparkSession spark, String query) {
    return spark
        .read()
        .format(SnowflakeOptions.FORMAT)
        .options(SnowflakeOptions.of(spec))
        .option("query", query);
  }

  private Dataset<Row> once(SparkSession spark, DataFrameReader reader) {
    Dataset<Row> rows = reader.load();
    return rows.queryExecution().analyzed() instanceof LogicalRelation relation
            && relation.relation() instanceof PrunedFilteredScan
        ? spark.baseRelationToDataFrame(
            new ReadOnce(
                relation.relation(), SnowflakeFilters::areExact, new SnowflakeFailure(spec)))
        : rows;
  }
}
