/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.apache.spark.sql.functions.col;

import io.backhaul.diff.delta.LogChoice;
import io.backhaul.diff.delta.TableLog;
import io.backhaul.diff.delta.TablePlace;
import io.backhaul.diff.platform.KeptRows;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** A Delta table, pinned by version: rows committed later are not seen, however late it is read. */
final class DeltaSource implements SnapshotSource {

  private static final String FEED_PROPERTY = "delta.enableChangeDataFeed";

  private final SourceSpec.Delta spec;
  private final Clock clock;

  DeltaSource(SourceSpec.Delta spec, Clock clock) {
    this.spec = spec;
    this.clock = clock;
  }

  @Override
  public Snapshot pin(SparkSession spark) {
    Instant pinnedAt = clock.instant();
    TableLog.Head head =
        asked(spark, TableLog::head).orElseThrow(() -> new SourceException(missing()));
    Dataset<Row> rows =
        load(spark.read().format("delta").option("versionAsOf", Long.toString(head.version())));
    return new Snapshot(rows, head.version(), head.committedAt(), pinnedAt, head.tableId());
  }

  @Override
  public ChangeFeed changesSince(
      SparkSession spark, long settledVersion, Snapshot to, List<String> keys) {
    long last = to.version();
    Column[] columns = keys.stream().map(k -> col("`" + k + "`")).toArray(Column[]::new);
    if (settledVersion == last) {
      return new ChangeFeed.Available(to.rows().select(columns).limit(0));
    }
    if (settledVersion > last) {
      return new ChangeFeed.Unavailable(
          "the table is at version "
              + last
              + ", behind the settled version "
              + settledVersion
              + ": it was replaced");
    }
    Dataset<Row> touched = null;
    try {
      if (!feedEnabled(spark)) {
        return new ChangeFeed.Unavailable(
            "the change data feed is not enabled; set the table property "
                + FEED_PROPERTY
                + "=true");
      }
      touched =
          KeptRows.keep(
              load(spark
                      .read()
                      .format("delta")
                      .option("readChangeFeed", "true")
                      .option("startingVersion", Long.toString(settledVersion + 1))
                      .option("endingVersion", Long.toString(last)))
                  .select(columns)
                  .distinct(),
              StorageLevel.MEMORY_AND_DISK());
      // A property does not bring back files that vacuum removed; only reading them shows.
      touched.count();
      return new ChangeFeed.Available(touched);
    } catch (Exception e) {
      if (touched != null) {
        KeptRows.release(touched);
      }
      return new ChangeFeed.Unavailable(
          "the change data feed from version "
              + (settledVersion + 1)
              + " to "
              + last
              + " is not readable: "
              + Causes.firstLine(Causes.root(e)));
    }
  }

  private boolean feedEnabled(SparkSession spark) {
    return "true".equals(asked(spark, TableLog::properties).get(FEED_PROPERTY));
  }

  private <T> T asked(SparkSession spark, Function<TableLog, T> question) {
    TableLog log = LogChoice.log(spark, place());
    if (spec.path() != null) {
      return question.apply(log);
    }
    try {
      return question.apply(log);
    } catch (IllegalArgumentException e) {
      throw new SourceException(
          "`"
              + spec.table()
              + "` is not a table name; write table, schema.table or"
              + " catalog.schema.table in source.table");
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new SourceException(missing());
      }
      throw e;
    }
  }

  private TablePlace place() {
    return spec.path() != null
        ? new TablePlace.Folder(spec.path())
        : new TablePlace.Named(spec.table());
  }

  private Dataset<Row> load(DataFrameReader reader) {
    return spec.path() != null ? reader.load(spec.path()) : reader.table(spec.table());
  }

  private String missing() {
    return spec.path() != null
        ? "there is no Delta table at "
            + spec.path()
            + " (no _delta_log folder in it); check source.path, or read plain files with"
            + " `type: parquet`"
        : "there is no Delta table `"
            + spec.table()
            + "` in the catalog; check source.table, or read another kind of table or a view with"
            + " `type: sql` and `query: SELECT * FROM "
            + spec.table()
            + "`";
  }
}
