/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Any data source of Spark that is on the class path, read in one pass: nothing is known of it that
 * would let the same rows be read twice.
 */
final class SparkSource implements SnapshotSource {

  private final SourceSpec.Spark spec;
  private final Clock clock;

  SparkSource(SourceSpec.Spark spec, Clock clock) {
    this.spec = spec;
    this.clock = clock;
  }

  /** Whether it is the one data source whose snapshots can be pinned. */
  static boolean isIceberg(SourceSpec.Spark spec) {
    String format = spec.format().toLowerCase(Locale.ROOT);
    return format.equals("iceberg") || format.startsWith("org.apache.iceberg.spark.");
  }

  @Override
  public Snapshot pin(SparkSession spark) {
    Instant pinnedAt = clock.instant();
    return Snapshot.unversioned(load(spark), pinnedAt);
  }

  private Dataset<Row> load(SparkSession spark) {
    DataFrameReader reader = spark.read().format(spec.format()).options(spec.options());
    return explained(
        spark, spec, () -> spec.place() == null ? reader.load() : reader.load(spec.place()));
  }

  /**
   * What {@code read} gives.
   *
   * @throws SourceException in the place of what data sources throw, which may quote an option
   */
  static <T> T explained(SparkSession spark, SourceSpec.Spark spec, Supplier<T> read) {
    try {
      return read.get();
    } catch (SourceException e) {
      throw e;
    } catch (Exception e) {
      if (isMissing(e)) {
        throw new SourceException(
            "there is no data source `%s` on the class path; check source.format, or %s"
                .formatted(spec.format(), SparkPackages.of(spark.version()).remedy(spec.format())));
      }
      throw new SourceException(
          "%s cannot be read: %s; check source.path, source.table and source.options against the"
                  .formatted(spec, said(spec, e))
              + " data source's own documentation");
    }
  }

  /** Spark has an exception of its own for a few that it knows by name and does not bring. */
  private static boolean isMissing(Exception e) {
    return (e instanceof ClassNotFoundException || e instanceof AnalysisException)
        && Causes.firstLine(e).matches(".*Failed to find (the )?data source.*");
  }

  private static String said(SourceSpec.Spark spec, Exception e) {
    String said = Causes.firstLine(Causes.root(e));
    for (String option : spec.secrets()) {
      said = said.replace(spec.options().get(option), "***");
    }
    return said;
  }
}
