/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Parquet, CSV or JSON files; the list of files is fixed when the source is pinned. Where Spark
 * would by default turn what it cannot parse into null, or take CSV columns by position whatever
 * the header says, this fails instead; {@code options} can ask for Spark's way.
 */
final class FilesSource implements SnapshotSource {

  private final SourceSpec.Files spec;
  private final Clock clock;

  FilesSource(SourceSpec.Files spec, Clock clock) {
    this.spec = spec;
    this.clock = clock;
  }

  @Override
  public Snapshot pin(SparkSession spark) {
    Instant pinnedAt = clock.instant();
    return Snapshot.unversioned(load(spark), pinnedAt);
  }

  private Dataset<Row> load(SparkSession spark) {
    requireFiles(spark);
    DataFrameReader reader = spark.read().format(spec.format()).options(options());
    if (spec.schema() != null) {
      reader = reader.schema(declared());
    }
    try {
      return reader.load(spec.path());
    } catch (Exception e) {
      throw new SourceException(
          "the "
              + spec.format()
              + " files at "
              + spec.path()
              + " cannot be read: "
              + Causes.firstLine(Causes.root(e))
              + "; check that source.type fits the files, or say their columns in source.schema");
    }
  }

  private Map<String, String> options() {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (!spec.format().equals("parquet")) {
      options.put("mode", "FAILFAST");
    }
    if (spec.format().equals("csv")) {
      options.put("enforceSchema", "false");
    }
    options.putAll(spec.options());
    return options;
  }

  private StructType declared() {
    try {
      return StructType.fromDDL(spec.schema());
    } catch (Exception e) {
      throw new SourceException(
          "source.schema is not Spark DDL: "
              + Causes.firstLine(e)
              + "; write for example `id BIGINT, name STRING, amount DECIMAL(18,2)`");
    }
  }

  private void requireFiles(SparkSession spark) {
    FileStatus[] found;
    try {
      Path path = new Path(spec.path());
      found = path.getFileSystem(spark.sessionState().newHadoopConf()).globStatus(path);
    } catch (IOException e) {
      throw new SourceException(
          "the file system of "
              + spec.path()
              + " does not answer: "
              + Causes.firstLine(e)
              + "; check source.path and the file system's credentials");
    }
    if (found == null || found.length == 0) {
      throw new SourceException(
          "there is nothing at "
              + spec.path()
              + "; check source.path (a relative one starts at the configuration's parent folder)"
              + " and that the "
              + spec.format().toUpperCase(Locale.ROOT)
              + " files have been written");
    }
  }
}
