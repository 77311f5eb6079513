/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.backhaul.destination.send.Outcome;
import java.util.List;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What the journal says of each row of a plan that was applied, where {@link JournalJoin} could
 * join them: looked up from inside a projection, so that what is large in a row stays where Spark
 * has it. A task has an object of its own, and asks it row by row.
 */
final class AppliedOutcome implements UDF2<String, Integer, Row> {

  private static final long serialVersionUID = 1L;

  private static final StructType COLUMNS =
      StructType.fromDDL("j_destination_id STRING, j_at BIGINT");

  private final JournalFolder folder;
  private final SerializableConfiguration hadoop;
  private final SortedMap<Integer, List<String>> attempts;
  private transient NotedOutcomes noted;
  private transient int partition;

  private AppliedOutcome(
      JournalFolder folder, Configuration hadoop, SortedMap<Integer, List<String>> attempts) {
    this.folder = folder;
    this.hadoop = new SerializableConfiguration(hadoop);
    this.attempts = attempts;
  }

  /**
   * Keeps the rows that were applied.
   *
   * @param planned rows with {@code p_key} and {@code p_partition}, a partition's side by side
   * @param attempts {@link JournalOutcomes#onePerPartition}
   * @return the columns of {@code planned}, {@code j_destination_id} and {@code j_at} as in {@link
   *     JournaledOutcome#COLUMNS}
   */
  static Dataset<Row> of(
      Dataset<Row> planned, JournalFolder folder, SortedMap<Integer, List<String>> attempts) {
    Configuration hadoop = planned.sparkSession().sparkContext().hadoopConfiguration();
    return planned
        .withColumn(
            "applied",
            udf(new AppliedOutcome(folder, hadoop, attempts), COLUMNS)
                .asNondeterministic() // it must be asked once a row, in their order
                .apply(col("p_key"), col("p_partition")))
        .where(col("applied").isNotNull())
        .select("*", "applied.*")
        .drop("applied");
  }

  @Override
  public Row call(String key, Integer itsPartition) {
    if (noted == null || partition != itsPartition) {
      partition = itsPartition;
      List<String> files = attempts.getOrDefault(partition, List.of());
      noted = new NotedOutcomes(new JournalAttempt(folder, hadoop.value(), files));
    }
    JournaledOutcome outcome = noted.take(key);
    return outcome != null && outcome.outcome() == Outcome.APPLIED
        ? RowFactory.create(outcome.destinationId(), outcome.atMicros())
        : null;
  }
}
