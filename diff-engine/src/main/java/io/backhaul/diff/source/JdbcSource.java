/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import io.backhaul.diff.reach.JdbcUrlGuard;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.jdbc.JdbcDialects;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

/**
 * A table or query of a JDBC database, read in one pass, a bounded number of rows in memory. With a
 * partition column several connections each read a range of it; the outer ranges are open, so that
 * no row is left out, and null falls into the first. The connections do not share a transaction:
 * the column should be one that does not change.
 *
 * <p>Timestamps without zone are read in the JVM's, as Spark does, so run it in UTC. (Spark 3.5's
 * {@code preferTimestampNTZ} would take the zone from PostgreSQL's timestamps that have one, too.)
 */
final class JdbcSource implements SnapshotSource {

  private static final int ROWS_PER_FETCH = 10_000;
  private static final int MOST_CONNECTIONS = 16;

  private final SourceSpec.Jdbc spec;
  private final Clock clock;

  JdbcSource(SourceSpec.Jdbc spec, Clock clock) {
    this.spec = spec;
    this.clock = clock;
  }

  @Override
  public StructType schema(SparkSession spark) {
    StructType schema = explained(() -> reader(spark, relation()).load().schema());
    if (spec.partitionColumn() != null) {
      partitionColumn(schema);
    }
    return schema;
  }

  @Override
  public Snapshot pin(SparkSession spark) {
    Instant pinnedAt = clock.instant();
    return Snapshot.unversioned(explained(() -> rows(spark)), pinnedAt);
  }

  private Dataset<Row> rows(SparkSession spark) {
    Dataset<Row> all = reader(spark, relation()).load();
    if (spec.partitionColumn() == null) {
      return all;
    }
    StructField column = partitionColumn(all.schema());
    Optional<Bounds> bounds = bounds(spark, column);
    if (bounds.isEmpty()) {
      return all;
    }
    int partitions = Math.min(MOST_CONNECTIONS, 2 * spark.sparkContext().defaultParallelism());
    return reader(spark, relation())
        .option("partitionColumn", column.name())
        .option("lowerBound", bounds.get().lowest())
        .option("upperBound", bounds.get().highest())
        .option("numPartitions", partitions)
        .load();
  }

  /** Texts as Spark's reader takes them. */
  private record Bounds(String lowest, String highest) {}

  /** Nothing for an empty table, for one value throughout, and for numbers beyond 64 bits. */
  private Optional<Bounds> bounds(SparkSession spark, StructField column) {
    String name = JdbcDialects.get(spec.url()).quoteIdentifier(column.name());
    String query =
        "(SELECT min(" + name + ") AS lo, max(" + name + ") AS hi FROM " + relation() + ") bounds";
    Row row = reader(spark, query).load().selectExpr("string(lo)", "string(hi)").first();
    if (row.isNullAt(0) || row.getString(0).equals(row.getString(1))) {
      return Optional.empty();
    }
    if (!(column.dataType() instanceof NumericType)) {
      return Optional.of(new Bounds(row.getString(0), row.getString(1)));
    }
    try {
      BigDecimal lowest = new BigDecimal(row.getString(0)).setScale(0, RoundingMode.FLOOR);
      BigDecimal highest = new BigDecimal(row.getString(1)).setScale(0, RoundingMode.CEILING);
      return Optional.of(
          new Bounds(
              Long.toString(lowest.longValueExact()), Long.toString(highest.longValueExact())));
    } catch (ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private StructField partitionColumn(StructType schema) {
    StructField column =
        Arrays.stream(schema.fields())
            .filter(f -> f.name().equalsIgnoreCase(spec.partitionColumn()))
            .findFirst()
            .orElseThrow(
                () ->
                    new SourceException(
                        spec
                            + " has no column `"
                            + spec.partitionColumn()
                            + "`; set source.partition_column to one of "
                            + String.join(", ", schema.fieldNames())));
    DataType type = column.dataType();
    if (!(type instanceof NumericType
        || type instanceof DateType
        || type instanceof TimestampType)) {
      throw new SourceException(
          "source.partition_column `"
              + column.name()
              + "` is a "
              + type.simpleString()
              + "; ranges need a number, a date or a timestamp");
    }
    return column;
  }

  private DataFrameReader reader(SparkSession spark, String relation) {
    DataFrameReader reader =
        spark
            .read()
            .format("jdbc")
            .option("url", spec.url())
            .option("dbtable", relation)
            .option("connectionProvider", SilentConnections.NAME)
            .option("fetchsize", ROWS_PER_FETCH);
    if (spec.user() != null) {
      reader = reader.option("user", spec.user());
    }
    if (spec.password() != null) {
      reader = reader.option("password", spec.password());
    }
    return reader;
  }

  private String relation() {
    return spec.table() != null
        ? spec.table()
        : "(" + spec.query().strip().replaceAll("[;\\s]+$", "") + ") backhaul_source";
  }

  private <T> T explained(Supplier<T> read) {
    JdbcUrlGuard.refusal(spec.url(), null)
        .ifPresent(
            why -> {
              throw new SourceException("source.url " + why);
            });
    try {
      DriverManager.getDriver(spec.url());
    } catch (SQLException e) {
      throw new SourceException(
          "no JDBC driver on the class path takes source.url ("
              + JdbcFailure.place(spec.url())
              + "); check the URL, and add the database's driver (`--jars` with spark-submit)");
    }
    try {
      return read.get();
    } catch (SourceException e) {
      throw e;
    } catch (Exception e) {
      throw Causes.find(e, SQLException.class)
          .map(sql -> JdbcFailure.explain(spec, sql))
          .orElseThrow(() -> new SourceException(JdbcFailure.unknown(spec, e)));
    }
  }
}
