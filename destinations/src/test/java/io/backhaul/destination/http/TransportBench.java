/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.DestinationException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** Servers on loopback and transports to them, closed after each test. */
abstract class TransportBench {

  static final Duration SHORT = Duration.ofMillis(400);
  static final Duration LONG = Duration.ofSeconds(20);

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  final <T extends AutoCloseable> T closing(T each) {
    opened.add(each);
    return each;
  }

  final RawServer server(RawServer.Script script) {
    return closing(new RawServer(script));
  }

  final Transport transport(Auth auth, Duration deadline) {
    return closing(
        new Transport(new AddressGuard(false, false), auth, deadline, 10_000, "backhaul/test"));
  }

  final Transport transport(Duration deadline) {
    return transport(new Auth.None(), deadline);
  }

  static HttpCall post(URI uri) {
    byte[] body = "{\"records\":[]}".getBytes(StandardCharsets.UTF_8);
    return HttpCall.json("POST", uri, body, "batch-1");
  }

  static DestinationException failure(Transport transport, HttpCall call) {
    return catchThrowableOfType(DestinationException.class, () -> transport.send(call));
  }

  static void hang() throws IOException {
    await(new CountDownLatch(1));
  }

  static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IOException("the test is over");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
