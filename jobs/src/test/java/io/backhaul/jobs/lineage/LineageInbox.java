/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.backhaul.jobs.spec.LineageSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An OpenLineage server on loopback: keeps what it is told, and answers as it is asked to. */
public final class LineageInbox implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchema RUN_EVENT =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(SchemaLocation.of("classpath:lineage/run-event.schema.json"));

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile int status = 201;
  private volatile boolean silent;

  public LineageInbox() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/api/v1/lineage", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    if (silent) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    exchange.getResponseHeaders().add("Location", "http://127.0.0.1:9/elsewhere");
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /** From now on answers with another status. */
  void answer(int code) {
    status = code;
  }

  /** From now on takes what comes and never answers. */
  void fallSilent() {
    silent = true;
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** How to reach it. */
  public LineageSpec spec(String key, Duration timeout) {
    return new LineageSpec(
        URI.create("http://127.0.0.1:" + port() + "/api/v1/lineage"), key, timeout, "test");
  }

  /** What it was told, in order; each is an event by OpenLineage's rules. */
  public List<JsonNode> events() {
    return bodies.stream().map(LineageInbox::event).toList();
  }

  private static JsonNode event(String body) {
    Set<ValidationMessage> wrong =
        RUN_EVENT.validate(
            body,
            InputFormat.JSON,
            context -> context.getExecutionConfig().setFormatAssertionsEnabled(true));
    if (!wrong.isEmpty()) {
      throw new AssertionError(wrong + " in " + body);
    }
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new AssertionError(body, e);
    }
  }

  List<String> authorizations() {
    return authorizations;
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
