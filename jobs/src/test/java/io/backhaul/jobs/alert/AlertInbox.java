/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A webhook's other end on loopback: keeps what it is told, and answers as it is asked to. */
public final class AlertInbox implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<JsonNode> alerts = new CopyOnWriteArrayList<>();
  private final Queue<Integer> answers = new ArrayDeque<>();

  public AlertInbox() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/services/secret", this::take);
    server.start();
  }

  private synchronized void take(HttpExchange exchange) throws IOException {
    alerts.add(JSON.readTree(exchange.getRequestBody()));
    Integer status = answers.poll();
    exchange.sendResponseHeaders(status == null ? 200 : status, -1);
    exchange.close();
  }

  /** The next requests are answered so, those after them with 200. */
  synchronized void answer(int... statuses) {
    for (int status : statuses) {
      answers.add(status);
    }
  }

  /** Its address, whose path is secret. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/services/secret");
  }

  /** All that came, refused or not. */
  public List<JsonNode> alerts() {
    return alerts;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
