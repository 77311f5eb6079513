/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.bench.server.Counts;
import io.backhaul.jobs.bench.server.RecordCounter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/** Bodies as the destination takes them, of records that are JSON already. */
final class Bodies {

  private static final String BEFORE = "{\"object\":\"customers\",\"op\":\"upsert\",\"records\":[";
  private static final String AFTER = "]}";

  private Bodies() {}

  /** The next body of at most {@code records} rows of key and payload. */
  static byte[] next(Iterator<Row> rows, int records) {
    StringBuilder body = new StringBuilder(BEFORE);
    for (int i = 0; i < records && rows.hasNext(); i++) {
      Row row = rows.next();
      body.append(i == 0 ? "{\"key\":" : ",{\"key\":")
          .append(row.getString(0))
          .append(",\"fields\":")
          .append(row.getString(1))
          .append('}');
    }
    return body.append(AFTER).toString().getBytes(StandardCharsets.UTF_8);
  }

  /** All rows in bodies of {@code records}. */
  static List<byte[]> all(Iterator<Row> rows, int records) {
    List<byte[]> bodies = new ArrayList<>();
    while (rows.hasNext()) {
      bodies.add(next(rows, records));
    }
    return bodies;
  }

  /** What the destination should count when it is sent these. */
  static Counts counts(List<byte[]> bodies) {
    RecordCounter counter = new RecordCounter();
    bodies.forEach(counter::body);
    return counter.counts();
  }
}
