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
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
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
 * Applied is stronger than rejected, rejected than unknown, unknown than deferred. What an attempt
 * noted its intent to send, and then no outcome of, is unknown.
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

  /** Reads the journal; in memory are a frame and the intents of batches under way. */
  static Dataset<Row> read(SparkSession spark, JournalFolder folder) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Map<String, ArrayList<String>> attempts = new LinkedHashMap<>();
    for (String name : folder.names(hadoop, "p")) {
      attempts.computeIfAbsent(JournalFolder.attempt(name), any -> new ArrayList<>()).add(name);
    }
    if (attempts.isEmpty()) {
      return spark.createDataFrame(List.<Row>of(), SCHEMA).drop("strength");
    }
    Dataset<Row> rows =
        spark.createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(
                    List.copyOf(attempts.values()), Math.min(attempts.size(), MOST_PARTITIONS))
                .flatMap(new ReadAttempt(folder, new SerializableConfiguration(hadoop))),
            SCHEMA);
    if (attempts.size() == partitions(attempts.keySet())) {
      return rows.drop("strength"); // one attempt names each key once
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

  /** {@code p00003-a17} is partition 3, attempt 17. */
  private static long partitions(Set<String> attempts) {
    return attempts.stream().map(name -> name.substring(0, name.indexOf('-'))).distinct().count();
  }

  /** Order of outcomes when several attempts noted one for the same key. */
  private static final class Strength {
    static int of(Outcome outcome) {
      return switch (outcome) {
        case DEFERRED -> 1;
        case UNKNOWN -> 2;
        case REJECTED -> 3;
        case APPLIED -> 4;
      };
    }
  }

  /** Turns the files of one attempt into rows. */
  private record ReadAttempt(JournalFolder folder, SerializableConfiguration hadoop)
      implements FlatMapFunction<ArrayList<String>, Row> {

    @Override
    public Iterator<Row> call(ArrayList<String> names) {
      Iterator<String> files = names.iterator();
      OpenIntents intents = new OpenIntents();
      return new Iterator<>() {
        private final Deque<Row> rows = new ArrayDeque<>();
        private JournalCodec.Reader reader;
        private String name;
        private boolean ended;

        @Override
        public boolean hasNext() {
          try {
            while (rows.isEmpty() && !ended) {
              step();
            }
            return !rows.isEmpty();
          } catch (IOException e) {
            throw new UncheckedIOException("cannot read the journal " + name, e);
          }
        }

        private void step() throws IOException {
          if (reader == null) {
            if (files.hasNext()) {
              name = files.next();
              reader = folder.open(hadoop.value(), name);
            } else {
              intents.left().forEach(intent -> add(rows, intent));
              ended = true;
            }
            return;
          }
          JournalFrame frame = reader.next();
          if (frame instanceof JournalFrame.Outcomes outcomes) {
            intents.settle(outcomes.outcome());
            add(rows, outcomes.outcome());
          } else if (frame instanceof JournalFrame.Intent intent) {
            intents.add(intent);
          }
          if (reader.tail() != null) {
            folder.reportDamage(name, reader);
            reader.close();
            reader = null;
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
                Strength.of(Outcome.UNKNOWN),
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

  /** The intents of one attempt whose batches have no last outcome yet. */
  private static final class OpenIntents {
    private final Map<String, JournalFrame.Intent> byBatch = new LinkedHashMap<>();
    private final Map<String, Set<String>> settled = new HashMap<>();

    void add(JournalFrame.Intent intent) {
      byBatch.put(intent.batchId(), intent);
    }

    void settle(BatchOutcome outcome) {
      String batch = outcome.batchId();
      if (outcome.last()) {
        byBatch.remove(batch);
        settled.remove(batch);
      } else if (byBatch.containsKey(batch)) {
        Set<String> keys = settled.computeIfAbsent(batch, id -> new HashSet<>());
        outcome.outcomes().forEach(record -> keys.add(record.key()));
      }
    }

    /** What nothing was heard of, once the attempt's files are read. */
    List<JournalFrame.Intent> left() {
      return byBatch.values().stream().map(this::unsettled).toList();
    }

    private JournalFrame.Intent unsettled(JournalFrame.Intent intent) {
      Set<String> known = settled.getOrDefault(intent.batchId(), Set.of());
      List<String> keys = new ArrayList<>();
      List<Long> rowHashes = new ArrayList<>();
      for (int i = 0; i < intent.keys().size(); i++) {
        if (!known.contains(intent.keys().get(i))) {
          keys.add(intent.keys().get(i));
          rowHashes.add(intent.rowHashes().get(i));
        }
      }
      return new JournalFrame.Intent(intent.batchId(), intent.op(), keys, rowHashes);
    }
  }
}
