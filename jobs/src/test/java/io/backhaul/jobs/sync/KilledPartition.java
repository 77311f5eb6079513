/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.Sleeper;
import io.backhaul.destination.send.Breaker;
import io.backhaul.destination.send.CircuitReport;
import io.backhaul.destination.send.Ending;
import io.backhaul.destination.send.RateGate;
import io.backhaul.destination.send.SendListener;
import io.backhaul.destination.send.SendPolicy;
import io.backhaul.destination.send.SendReport;
import io.backhaul.destination.send.Sender;
import io.backhaul.destination.testkit.Canonical;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * A process that delivers one partition of a plan as a task attempt does, with the real sender,
 * connector and journal but without Spark, so that it lives for a second or two. Arguments: the
 * destination's address, the journal's folder, the operation, the number of the plan, the attempt.
 * Exit code 0 if the partition was drained, 1 otherwise.
 */
final class KilledPartition {

  static final int ROWS = 1_000;
  static final int BATCH = 10;
  static final int IN_FLIGHT = 4;

  private KilledPartition() {}

  /** The plan with this number; each has other values, and an insert other keys. */
  static List<Change> plan(Op op, int number) {
    int first = op == Op.INSERT ? number * ROWS : 0;
    return IntStream.range(first, first + ROWS).mapToObj(id -> change(op, number, id)).toList();
  }

  private static Change change(Op op, int number, int id) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put("email", "user" + id + "-" + number + "@example.com");
    return new Change("{\"id\":" + id + "}", op, fields.toString(), null, number, "run" + number);
  }

  /** The destination; it honours no idempotency keys, so that what is sent twice is seen twice. */
  static DestinationConfig destination(String url) {
    String properties =
        "{\"url\":\"%s/api\",\"results\":\"per_record\",\"batch\":{\"max_records\":%d},"
            + "\"rate\":{\"requests_per_second\":1000,\"concurrency\":%d},"
            + "\"idempotency_key\":\"off\"}";
    return new DestinationConfig(
        "acme",
        "crm",
        "http",
        (ObjectNode) Canonical.tree(properties.formatted(url, BATCH, IN_FLIGHT)));
  }

  public static void main(String[] args) throws Exception {
    Op op = Op.ofWireName(args[2]);
    try (Destination destination = Delivery.open(destination(args[0]));
        Journal journal =
            Journal.open(
                new Configuration(), new JournalFolder(args[1]), 0, Long.parseLong(args[4]))) {
      SendReport report =
          new Sender(
                  destination,
                  "acme/contacts",
                  "contacts",
                  SendPolicy.standard().withInFlight(IN_FLIGHT),
                  RateGate.shared("acme/crm", 1000, IN_FLIGHT),
                  new Breaker("acme/crm", CircuitReport.CLOSED, Clock.systemUTC()),
                  journal,
                  SendListener.NONE,
                  Clock.systemUTC(),
                  Sleeper.SYSTEM)
              .send(plan(op, Integer.parseInt(args[3])).iterator());
      System.exit(report.ending() == Ending.DRAINED ? 0 : 1);
    }
  }
}
