/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The full outer join of a plan with its journal where both lie in the same partitions and, but for
 * batches that overtook others, in the same order: no shuffle and no sort.
 */
final class JournalJoin implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final JournalFolder folder;
  private final SerializableConfiguration hadoop;
  private final SortedMap<Integer, List<String>> attempts;
  private final int key;
  private final int partition;
  private final int width;

  private JournalJoin(
      JournalFolder folder,
      SerializableConfiguration hadoop,
      SortedMap<Integer, List<String>> attempts,
      StructType planned) {
    this.folder = folder;
    this.hadoop = hadoop;
    this.attempts = attempts;
    this.key = planned.fieldIndex("p_key");
    this.partition = planned.fieldIndex("p_partition");
    this.width = planned.size();
  }

  /**
   * Joins them.
   *
   * @param planned rows with {@code p_key} and {@code p_partition}, a partition's side by side
   * @param attempts {@link JournalOutcomes#onePerPartition}
   * @return the columns of {@code planned}, null where an outcome's key was not planned, and {@link
   *     JournaledOutcome#COLUMNS}, null where a key has no outcome
   */
  static Dataset<Row> of(
      Dataset<Row> planned, JournalFolder folder, SortedMap<Integer, List<String>> attempts) {
    StructType schema = planned.schema();
    for (var column : StructType.fromDDL(JournaledOutcome.COLUMNS).fields()) {
      schema = schema.add(column);
    }
    SerializableConfiguration hadoop =
        new SerializableConfiguration(planned.sparkSession().sparkContext().hadoopConfiguration());
    return planned.mapPartitions(
        new JournalJoin(folder, hadoop, attempts, planned.schema()), Encoders.row(schema));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> planned) {
    if (!planned.hasNext()) {
      return planned;
    }
    Row first = planned.next();
    List<String> files = attempts.getOrDefault(first.getInt(partition), List.of());
    return new Joined(
        first, planned, new NotedOutcomes(new JournalAttempt(folder, hadoop.value(), files)));
  }

  private final class Joined implements Iterator<Row> {
    private final Iterator<Row> planned;
    private final NotedOutcomes noted;
    private Row ahead;
    private Iterator<JournaledOutcome> phantoms;

    Joined(Row first, Iterator<Row> planned, NotedOutcomes noted) {
      this.ahead = first;
      this.planned = planned;
      this.noted = noted;
    }

    @Override
    public boolean hasNext() {
      if (ahead != null || planned.hasNext()) {
        return true;
      }
      if (phantoms == null) {
        phantoms = noted.left().iterator();
      }
      return phantoms.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (phantoms != null) {
        return joined(null, phantoms.next());
      }
      Row row = ahead == null ? planned.next() : ahead;
      ahead = null;
      return joined(row, noted.take(row.getString(key)));
    }

    private Row joined(Row row, JournaledOutcome outcome) {
      Object[] values = new Object[width + JournaledOutcome.WIDTH];
      for (int i = 0; row != null && i < width; i++) {
        values[i] = row.get(i);
      }
      if (outcome != null) {
        outcome.values(values, width);
      }
      return RowFactory.create(values);
    }
  }
}
