/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A run's journal as a table: one row per key, the strongest outcome that any attempt noted.
 * Applied is stronger than rejected, rejected than unknown, unknown than deferred; an intent
 * without any outcome is unknown.
 */
final class JournalOutcomes {

  static final String IN_DOUBT = "IN_DOUBT";

  private static final int MOST_PARTITIONS = 200;
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "key STRING, strength INT, outcome STRING, batch_id STRING, row_hash BIGINT,"
              + " destination_id STRING, attempts INT, http_status INT, code STRING, field STRING,"
              + " message STRING, latency_ms BIGINT, at TIMESTAMP");

  private JournalOutcomes() {}

  /**
   * Reads the journal, a frame in memory at a time.
   *
   * @param intents whether the run had operations that must not be sent twice
   */
  static Dataset<Row> read(SparkSession spark, JournalFolder folder, boolean intents) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    List<String> names = folder.names(hadoop, "p");
    if (names.isEmpty()) {
      return spark.createDataFrame(List.<Row>of(), SCHEMA).drop("strength");
    }
    Dataset<Row> rows =
        spark.createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(names, Math.min(names.size(), MOST_PARTITIONS))
                .flatMap(new ReadFile(folder, new SerializableConfiguration(hadoop))),
            SCHEMA);
    boolean keysOnce = !intents && attempts(names) == partitions(names);
    if (keysOnce) {
      return rows.drop("strength");
    }
    Column[] ranked =
        Stream.of(SCHEMA.fieldNames())
            .filter(name -> !name.equals("key"))
            .map(functions::col)
            .toArray(Column[]::new);
    return rows.groupBy("key")
        .agg(functions.max(functions.struct(ranked)).as("strongest"))
        .select("key", "strongest.*")
        .drop("strength");
  }

  /** {@code p00003-a17-0.journal} is partition 3, attempt 17. */
  private static long attempts(List<String> names) {
    return names.stream().map(name -> name.substring(0, name.lastIndexOf('-'))).distinct().count();
  }

  private static long partitions(List<String> names) {
    return names.stream().map(name -> name.substring(0, name.indexOf('-'))).distinct().count();
  }

  /** Order of outcomes when several attempts noted one for the same key. */
  private static final class Strength {
    static final int INTENT = 0;

    static int of(Outcome outcome) {
      return switch (outcome) {
        case DEFERRED -> 1;
        case UNKNOWN -> 2;
        case REJECTED -> 3;
        case APPLIED -> 4;
      };
    }
  }

  /** Turns one journal file into rows. */
  private record ReadFile(JournalFolder folder, SerializableConfiguration hadoop)
      implements FlatMapFunction<String, Row> {
    @Override
    public Iterator<Row> call(String name) throws IOException {
      JournalCodec.Reader reader = folder.open(hadoop.value(), name);
      return new Iterator<>() {
        private final Deque<Row> rows = new ArrayDeque<>();

        @Override
        public boolean hasNext() {
          try {
            while (rows.isEmpty() && reader.tail() == null) {
              JournalFrame frame = reader.next();
              if (frame instanceof JournalFrame.Outcomes outcomes) {
                add(rows, outcomes.outcome());
              } else if (frame instanceof JournalFrame.Intent intent) {
                add(rows, intent);
              }
              if (reader.tail() != null) {
                folder.reportDamage(name, reader);
                reader.close();
              }
            }
            return !rows.isEmpty();
          } catch (IOException e) {
            throw new UncheckedIOException("cannot read the journal " + name, e);
          }
        }

        @Override
        public Row next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          return rows.remove();
        }
      };
    }

    private static void add(Deque<Row> rows, JournalFrame.Intent intent) {
      for (int i = 0; i < intent.keys().size(); i++) {
        rows.add(
            RowFactory.create(
                intent.keys().get(i),
                Strength.INTENT,
                Outcome.UNKNOWN.wireName(),
                intent.batchId(),
                intent.rowHashes().get(i),
                null,
                1,
                null,
                IN_DOUBT,
                null,
                "sent, or about to be sent, when its process died",
                null,
                null));
      }
    }

    private static void add(Deque<Row> rows, BatchOutcome batch) {
      Timestamp at = Timestamp.from(batch.at());
      for (RecordOutcome record : batch.outcomes()) {
        rows.add(
            RowFactory.create(
                record.key(),
                Strength.of(record.outcome()),
                record.outcome().wireName(),
                batch.batchId(),
                record.rowHash(),
                record.destinationId(),
                batch.attempts(),
                batch.httpStatus() == 0 ? null : batch.httpStatus(),
                record.code(),
                record.field(),
                record.message(),
                batch.latencyMillis(),
                at));
      }
    }
  }
}
