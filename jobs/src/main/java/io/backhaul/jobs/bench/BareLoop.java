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
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The floor of sending: posts bodies that are ready, over so many connections, and does nothing
 * else. No Spark, no journal, no limits, no retries.
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
  void post() throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    Semaphore free = new Semaphore(connections);
    AtomicInteger taken = new AtomicInteger();
    for (byte[] body : bodies) {
      free.acquire();
      var unused =
          client
              .sendAsync(request(url, body), HttpResponse.BodyHandlers.discarding())
              .whenComplete(
                  (answer, failure) -> {
                    if (failure == null && answer.statusCode() == OK) {
                      taken.incrementAndGet();
                    }
                    free.release();
                  });
    }
    free.acquire(connections);
    if (taken.get() != bodies.size()) {
      throw new IOException((bodies.size() - taken.get()) + " posts failed");
    }
  }

  static HttpRequest request(URI url, byte[] body) {
    return HttpRequest.newBuilder(url)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }
}
