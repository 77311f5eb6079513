/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.col;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.jobs.spec.SyncSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The few lines that people write in place of Backhaul, for twins: every partition of a table sent
 * batch by batch, with no journal. Two partitions.
 */
record NaiveLoop(DestinationConfig destination, String object)
    implements ForeachPartitionFunction<Row> {

  /** Sends the customers of a {@link SyncBed}. */
  static void over(SparkSession spark, Path home, SyncSpec spec) {
    spark
        .read()
        .format("delta")
        .load(home.resolve("warehouse/customers").toString())
        .repartition(2, col("customer_id"))
        .foreachPartition(new NaiveLoop(spec.destination(), spec.object()));
  }

  @Override
  public void call(Iterator<Row> rows) {
    try (Destination open = Delivery.open(destination)) {
      int most = open.capabilities().maxRecords();
      List<Change> batch = new ArrayList<>();
      while (rows.hasNext()) {
        batch.add(change(rows.next()));
        if (batch.size() == most || !rows.hasNext()) {
          open.write(new Batch(UUID.randomUUID().toString(), object, Op.UPSERT, batch));
          batch = new ArrayList<>();
        }
      }
    }
  }

  private static Change change(Row row) {
    String key = "{\"customer_id\":" + row.<Long>getAs("customer_id") + "}";
    String fields = "{\"email\":\"" + row.<String>getAs("email") + "\"}";
    return new Change(key, Op.UPSERT, fields, null, 0, "");
  }
}
