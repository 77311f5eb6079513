/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Iterator;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;

/**
 * The loop that people write: each partition puts its rows into batches and posts one after the
 * other. Keeps no account of anything.
 */
final class OneAtATime implements ForeachPartitionFunction<Row> {

  private static final long serialVersionUID = 1L;

  private final URI url;
  private final int batch;

  OneAtATime(URI url, int batch) {
    this.url = url;
    this.batch = batch;
  }

  /** Posts rows of key and payload. */
  @Override
  public void call(Iterator<Row> rows) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    while (rows.hasNext()) {
      BareLoop.post(client, url, Bodies.next(rows, batch));
    }
  }
}
