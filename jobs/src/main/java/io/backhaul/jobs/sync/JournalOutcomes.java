/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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

  private static final int MOST_PARTITIONS = 200;
  private static final StructType SCHEMA = StructType.fromDDL(JournaledOutcome.COLUMNS);

  private JournalOutcomes() {}

  /** Reads the journal, as {@link JournaledOutcome#COLUMNS}. */
  static Dataset<Row> read(SparkSession spark, JournalFolder folder) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Map<String, List<String>> attempts = attempts(hadoop, folder);
    if (attempts.isEmpty()) {
      return spark.createDataFrame(List.<Row>of(), SCHEMA);
    }
    Dataset<Row> rows =
        spark.createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(
                    List.copyOf(attempts.values()), Math.min(attempts.size(), MOST_PARTITIONS))
                .flatMap(new ReadAttempt(folder, new SerializableConfiguration(hadoop))),
            SCHEMA);
    if (onePerPartition(hadoop, folder).size() == attempts.size()) {
      return rows; // one attempt names each key once
    }
    Column[] ranked =
        Stream.of(SCHEMA.fieldNames())
            .filter(name -> !name.equals("j_key"))
            .map(functions::col)
            .toArray(Column[]::new);
    return rows.groupBy("j_key")
        .agg(functions.max(functions.struct(ranked)).as("strongest"))
        .select("j_key", "strongest.*");
  }

  /**
   * Files by partition, where every partition had one attempt only; empty where one had more, or
   * where there are none.
   */
  static SortedMap<Integer, List<String>> onePerPartition(
      Configuration hadoop, JournalFolder folder) {
    SortedMap<Integer, List<String>> files = new TreeMap<>();
    for (Map.Entry<String, List<String>> attempt : attempts(hadoop, folder).entrySet()) {
      if (files.put(JournalFolder.partition(attempt.getKey()), attempt.getValue()) != null) {
        return new TreeMap<>();
      }
    }
    return files;
  }

  private static Map<String, List<String>> attempts(Configuration hadoop, JournalFolder folder) {
    Map<String, List<String>> attempts = new LinkedHashMap<>();
    for (String name : folder.names(hadoop, "p")) {
      attempts.computeIfAbsent(JournalFolder.attempt(name), any -> new ArrayList<>()).add(name);
    }
    return attempts;
  }

  /** Turns the files of one attempt into rows. */
  private record ReadAttempt(JournalFolder folder, SerializableConfiguration hadoop)
      implements FlatMapFunction<List<String>, Row> {

    @Override
    public Iterator<Row> call(List<String> names) {
      JournalAttempt noted = new JournalAttempt(folder, hadoop.value(), names);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return noted.hasNext();
        }

        @Override
        public Row next() {
          Object[] row = new Object[JournaledOutcome.WIDTH];
          noted.next().values(row, 0);
          return RowFactory.create(row);
        }
      };
    }
  }
}
