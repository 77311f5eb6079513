/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.platform.Sequences;
import io.backhaul.diff.platform.SparkPlatform;
import io.backhaul.diff.quiet.QuietRows;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.storage.StorageLevel;

/**
 * One pass over a snapshot of which most rows are known by their {@link Signatures}: rows that are
 * news are kept as they pass, by Spark, until {@link #close}; of all others only their sum is. What
 * it takes for known is so but for one row in some billion; {@link #explains} says whether it was
 * right.
 */
public final class SnapshotScan implements AutoCloseable {

  private final Broadcast<Signatures> known;
  private final JavaRDD<Object> kept;
  private final Sightings.Summary seen;
  private final Dataset<Row> news;
  private final Suspects suspects;

  private SnapshotScan(
      Broadcast<Signatures> known,
      JavaRDD<Object> kept,
      Sightings.Summary seen,
      Dataset<Row> news,
      Suspects suspects) {
    this.known = known;
    this.kept = kept;
    this.seen = seen;
    this.news = news;
    this.suspects = suspects;
  }

  /**
   * Reads the rows once.
   *
   * @param rows the snapshot
   * @param quietly whether a failure must not repeat a row's values, see {@link QuietRows}
   * @param keyHash of a row, a long that is never null, as is {@code rowHash}
   * @param micros when a row changed, in microseconds since 1970; may be null
   * @param signatures of the rows that are known
   * @param mostNews of all rows that are kept if they are news, from 0 to 1
   */
  public static SnapshotScan over(
      Dataset<Row> rows,
      boolean quietly,
      Column keyHash,
      Column rowHash,
      Column micros,
      Signatures signatures,
      double mostNews) {
    SparkSession spark = rows.sparkSession();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<Signatures> known = context.broadcast(signatures);
    Sightings sightings = new Sightings(known, mostNews);
    Dataset<Row> news = rows.where(isNews(sightings, keyHash, rowHash, micros));
    JavaRDD<Object> kept =
        OnePass.fewTasks(quietly ? QuietRows.of(news) : news)
            .<Object>mapPartitions(part -> new NewsThenSummary(part, sightings))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Sightings.Summary seen =
          OnePass.together(
              kept.filter(Sightings.Summary.class::isInstance).map(Sightings.Summary.class::cast),
              Sightings.Summary::with);
      JavaRDD<InternalRow> found =
          kept.filter(InternalRow.class::isInstance).map(InternalRow.class::cast);
      return new SnapshotScan(
          known,
          kept,
          seen,
          SparkPlatform.rows(spark, found.rdd(), rows.schema()),
          new Suspects(
              context,
              signatures.bits(),
              signatures.table().untaken(seen.taken()),
              new KeyHashes(seen.newsKeys())));
    } catch (RuntimeException e) {
      kept.unpersist();
      known.destroy();
      throw e;
    }
  }

  private static Column isNews(Sightings sightings, Column keyHash, Column rowHash, Column micros) {
    Column when = coalesce(micros, lit(Long.MIN_VALUE));
    return SparkPlatform.column(
        new Invoke(
            new Literal(sightings, new ObjectType(Sightings.class)),
            "isNews",
            DataTypes.BooleanType,
            Sequences.of(Stream.of(keyHash, rowHash, when).map(SparkPlatform::expression).toList()),
            Sequences.of(List.of()),
            false,
            false,
            false));
  }

  /** The rows that are news, then what was seen of all. */
  private static final class NewsThenSummary implements Iterator<Object> {
    private final Iterator<InternalRow> rows;
    private final Sightings sightings;
    private final Sightings.Summary seen;
    private long kept;
    private boolean ended;

    NewsThenSummary(Iterator<InternalRow> rows, Sightings sightings) {
      this.rows = rows;
      this.sightings = sightings;
      this.seen = sightings.here();
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public Object next() {
      if (rows.hasNext()) {
        InternalRow row = rows.next();
        if (!seen.incomplete()) {
          kept++;
          return row.copy(); // rows share their memory
        }
      }
      ended = true;
      return sightings.summary(kept);
    }
  }

  /** The rows that no known row could be. */
  public Dataset<Row> news() {
    return news;
  }

  /** Whether there are more of them than were to be kept, or it is not known what they are. */
  public boolean incomplete() {
    return seen.incomplete();
  }

  /** How many rows the snapshot has. */
  public long rows() {
    return seen.rows();
  }

  /** How many rows are news, or known and were not seen: a changed row is both. */
  public long differing() {
    return seen.news() + suspects.unseen();
  }

  /** When the latest of them changed, as {@link Digest#latestMicros}. */
  public long latestMicros() {
    return seen.latestMicros();
  }

  /**
   * Whether the rows that were taken for known are exactly those that are, less those that were not
   * seen; with a chance of 2^-64 that it is wrong. Not if two rows look alike by their signatures,
   * or if a row has the key of another one, which is known.
   *
   * @param looked key hash and row hash of the suspects among the known rows, all of them
   * @param stored the digest of the known rows
   */
  public boolean explains(Dataset<Row> looked, Digest stored) {
    Suspects.Found found = suspects.found(looked);
    return found.others() == 0 && seen.matched() + found.unseen() == stored.total();
  }

  /** As {@link #explains(Dataset, Digest)}, where there are no suspects. */
  public boolean explains(Digest stored) {
    return seen.matched() == stored.total();
  }

  /** The known rows that must be looked at, until this scan is closed. */
  public Suspects suspects() {
    return suspects;
  }

  @Override
  public void close() {
    suspects.close();
    kept.unpersist();
    known.destroy();
  }
}
