/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The floor of sending: posts bodies that are ready, over so many connections, and does nothing
 * else. No Spark, no journal, no limits, no retries. A thread for each connection: with the JDK's
 * client that is up to twice as fast as its asynchronous calls.
 */
final class BareLoop {

  private static final int OK = 200;

  private final URI url;
  private final int connections;
  private final List<byte[]> bodies;

  BareLoop(URI url, int connections, List<byte[]> bodies) {
    this.url = url;
    this.connections = connections;
    this.bodies = bodies;
  }

  /** Posts every body once and returns when all are answered. */
  void post() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      Callable<Void> connection = () -> postWhileThereAre(client, next);
      for (Future<Void> ended : threads.invokeAll(Collections.nCopies(connections, connection))) {
        ended.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Void postWhileThereAre(HttpClient client, AtomicInteger next)
      throws IOException, InterruptedException {
    for (int i = next.getAndIncrement(); i < bodies.size(); i = next.getAndIncrement()) {
      post(client, url, bodies.get(i));
    }
    return null;
  }

  /** Posts one body and waits for the answer. */
  static void post(HttpClient client, URI url, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status != OK) {
      throw new IOException("the destination answered " + status);
    }
  }
}
