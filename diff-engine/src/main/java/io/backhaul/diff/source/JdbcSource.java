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
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table or query of a JDBC database. With a partition column several connections read it, each a
 * range of the column or the rows with one remainder of its hash. Of PostgreSQL all that is read is
 * of one snapshot; the connections to other databases do not share a transaction, and the column
 * should be one that does not change.
 *
 * <p>Timestamps without zone are read in the JVM's, as Spark does, so run it in UTC. (Spark 3.5's
 * {@code preferTimestampNTZ} would take the zone from PostgreSQL's timestamps that have one, too.)
 */
final class JdbcSource implements SnapshotSource {

  /** Most connections unless the spec says how many: databases have few to give. */
  private static final int MOST_CONNECTIONS = 16;

  private static final Logger LOG = LoggerFactory.getLogger(JdbcSource.class);

  private final SourceSpec.Jdbc spec;
  private final Clock clock;
  private final JdbcDatabase database;
  private final boolean pins;

  JdbcSource(SourceSpec.Jdbc spec, Clock clock) {
    this(spec, clock, JdbcDatabase.of(spec.url()).exportsSnapshots());
  }

  /**
   * @param pins whether to ask the database for one snapshot
   */
  JdbcSource(SourceSpec.Jdbc spec, Clock clock, boolean pins) {
    this.spec = spec;
    this.clock = clock;
    this.database = JdbcDatabase.of(spec.url());
    this.pins = pins;
  }

  @Override
  public StructType schema(SparkSession spark) {
    JdbcReads reads = new JdbcReads(spec, null);
    StructType schema = explained(() -> reads.rows(spark, reads.relation()).schema());
    if (spec.partitionColumn() != null) {
      partitionColumn(schema);
    }
    return schema;
  }

  @Override
  public Snapshot pin(SparkSession spark) {
    return explained(
        () -> {
          Instant pinnedAt = clock.instant();
          ExportedSnapshot held = pins ? ExportedSnapshot.of(spec).orElse(null) : null;
          Snapshot pinned = null;
          try {
            pinned = pinned(spark, held, pinnedAt);
            return pinned;
          } finally {
            if (pinned == null && held != null) {
              held.close();
            }
          }
        });
  }

  private Snapshot pinned(SparkSession spark, ExportedSnapshot held, Instant pinnedAt) {
    JdbcReads reads = new JdbcReads(spec, held == null ? null : held.id());
    JdbcSplit split = split(spark, reads);
    if (held != null) {
      Dataset<Row> rows = reads.rows(spark, reads.relation(), split);
      String column =
          split instanceof JdbcSplit.Whole ? null : partitionColumn(rows.schema()).name();
      HashDialect hashes = new PostgresHashes(spark, reads, split, column, partitions(spark));
      return Snapshot.held(rows, pinnedAt, new SqlPushdown(hashes, rows.schema()), held::close);
    }
    if (!(split instanceof JdbcSplit.Whole)) {
      LOG.warn(
          "{} is read by several connections that do not see one moment: a row whose {} changes"
              + " meanwhile may be missed or met twice",
          spec,
          spec.partitionColumn());
    }
    return Snapshot.unversioned(reads.rows(spark, reads.relation(), split), pinnedAt);
  }

  private JdbcSplit split(SparkSession spark, JdbcReads reads) {
    int partitions = partitions(spark);
    if (spec.partitionColumn() == null || partitions == 1) {
      return new JdbcSplit.Whole();
    }
    StructField column = partitionColumn(reads.rows(spark, reads.relation()).schema());
    return hasRanges(column.dataType())
        ? ranges(spark, reads, column, partitions)
        : buckets(reads.quoted(column.name()), partitions);
  }

  private int partitions(SparkSession spark) {
    return spec.partitions() != null
        ? spec.partitions()
        : Math.min(MOST_CONNECTIONS, 2 * spark.sparkContext().defaultParallelism());
  }

  private JdbcSplit buckets(String column, int partitions) {
    String bucket = database.bucket(column, partitions).orElseThrow();
    return new JdbcSplit.Conditions(
        IntStream.range(0, partitions)
            .mapToObj(
                i ->
                    i == 0
                        ? column + " IS NULL OR " + bucket + " = 0"
                        : column + " IS NOT NULL AND " + bucket + " = " + i)
            .toList());
  }

  /** One range for an empty table, for one value throughout, and for numbers beyond 64 bits. */
  private static JdbcSplit ranges(
      SparkSession spark, JdbcReads reads, StructField column, int partitions) {
    String name = reads.quoted(column.name());
    String query =
        "(SELECT min(%1$s) AS lo, max(%1$s) AS hi FROM %2$s) bounds"
            .formatted(name, reads.relation());
    Row row = reads.rows(spark, query).selectExpr("string(lo)", "string(hi)").first();
    if (row.isNullAt(0) || row.getString(0).equals(row.getString(1))) {
      return new JdbcSplit.Whole();
    }
    String lowest = row.getString(0);
    String highest = row.getString(1);
    if (column.dataType() instanceof NumericType) {
      try {
        lowest = whole(lowest, RoundingMode.FLOOR);
        highest = whole(highest, RoundingMode.CEILING);
      } catch (ArithmeticException | NumberFormatException e) {
        return new JdbcSplit.Whole();
      }
    }
    return new JdbcSplit.Ranges(column.name(), lowest, highest, partitions);
  }

  private static String whole(String number, RoundingMode rounding) {
    return Long.toString(new BigDecimal(number).setScale(0, rounding).longValueExact());
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
    if (!hasRanges(column.dataType()) && database.bucket("x", 2).isEmpty()) {
      throw new SourceException(
          "source.partition_column `"
              + column.name()
              + "` is a "
              + column.dataType().simpleString()
              + ", which this database is not known to hash; name a number, a date or a timestamp");
    }
    return column;
  }

  private static boolean hasRanges(DataType type) {
    return type instanceof NumericType || type instanceof DateType || type instanceof TimestampType;
  }

  private <T> T explained(Callable<T> read) {
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
      return read.call();
    } catch (SourceException e) {
      throw e;
    } catch (Exception e) {
      throw Causes.find(e, SQLException.class)
          .map(sql -> JdbcFailure.explain(spec, sql))
          .orElseThrow(() -> new SourceException(JdbcFailure.unknown(spec, e)));
    }
  }
}
