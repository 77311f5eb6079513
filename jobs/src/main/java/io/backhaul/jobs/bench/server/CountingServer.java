/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * A destination on loopback that counts the records it is sent and answers 200 after a fixed time.
 * One thread serves every connection, so that as many as there are may wait for their answers and
 * that it leaves the cores to those who are measured. {@code GET /counts} tells what has arrived.
 */
public final class CountingServer implements AutoCloseable {

  private static final int WAITING_CONNECTIONS = 4096;
  private static final byte[] TAKEN = answer("{}");

  private final long latencyNanos;
  private final Selector selector;
  private final ServerSocketChannel listener;
  private final RecordCounter counter = new RecordCounter();
  private final Deque<Due> due = new ArrayDeque<>();
  private volatile boolean closed;

  private record Due(long nanos, Connection connection) {}

  /**
   * Listens; {@link #serve} answers.
   *
   * @param port on loopback; 0 takes a free one
   * @param latency between a request's last byte and its answer
   */
  CountingServer(int port, Duration latency) throws IOException {
    latencyNanos = latency.toNanos();
    selector = Selector.open();
    listener = ServerSocketChannel.open();
    listener.bind(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), WAITING_CONNECTIONS);
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
  }

  /**
   * Serves until standard input ends, as it does when the process that started this one is gone.
   * The first line on standard output is the port.
   *
   * @param args milliseconds of latency, and the port or nothing
   */
  public static void main(String... args) throws IOException {
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 0;
    try (CountingServer server =
        new CountingServer(port, Duration.ofMillis(Long.parseLong(args[0])))) {
      System.out.println(server.port());
      Thread parent = new Thread(() -> closeAtEndOfInput(server), "until the parent ends");
      parent.setDaemon(true);
      parent.start();
      server.serve();
    }
  }

  private static void closeAtEndOfInput(CountingServer server) {
    try {
      while (System.in.read() >= 0) {
        // nobody writes here; all that matters is the end
      }
    } catch (IOException e) {
      // as good as the end
    } finally {
      server.close();
    }
  }

  int port() throws IOException {
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  /** Serves until it is closed. */
  void serve() throws IOException {
    while (!closed) {
      selector.select(this::ready, untilNextAnswer());
      long now = System.nanoTime();
      while (!due.isEmpty() && due.peekFirst().nanos() - now <= 0) {
        answer(due.removeFirst().connection(), TAKEN);
      }
    }
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  /** In milliseconds, rounded up: an answer is never early. 0 is for ever. */
  private long untilNextAnswer() {
    return due.isEmpty()
        ? 0
        : Math.max(
            1,
            TimeUnit.NANOSECONDS.toMillis(
                due.peekFirst().nanos()
                    - System.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(1)
                    - 1));
  }

  private void ready(SelectionKey key) {
    if (key.isAcceptable()) {
      accept();
      return;
    }
    Connection connection = (Connection) key.attachment();
    try {
      if (!connection.read(this::take)) {
        connection.close();
      }
    } catch (IOException e) {
      connection.close();
    }
  }

  private void accept() {
    try {
      for (SocketChannel channel = listener.accept();
          channel != null;
          channel = listener.accept()) {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
      }
    } catch (IOException e) {
      System.err.println("a connection was not accepted: " + e.getMessage());
    }
  }

  private void take(Connection from, String requestLine, byte[] bytes, int begin, int end) {
    if (requestLine.startsWith("GET /counts ")) {
      answer(from, answer(counter.counts().line()));
      return;
    }
    counter.body(bytes, begin, end);
    if (latencyNanos == 0) {
      answer(from, TAKEN);
    } else {
      due.addLast(new Due(System.nanoTime() + latencyNanos, from));
    }
  }

  private static void answer(Connection connection, byte[] answer) {
    try {
      connection.write(answer);
    } catch (IOException e) {
      connection.close();
    }
  }

  private static byte[] answer(String body) {
    return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }
}
