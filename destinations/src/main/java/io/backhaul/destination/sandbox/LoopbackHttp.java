/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import io.backhaul.destination.Sleeper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small HTTP/1.1 server on 127.0.0.1 over plain sockets, because a server that speaks HTTP
 * properly cannot reset a connection, cut an answer short or let it drip. One thread a connection;
 * an answer leaves in one write, so that it never waits for a delayed acknowledgement.
 */
public final class LoopbackHttp implements AutoCloseable {

  /** Answers requests; called from many threads at once. */
  @FunctionalInterface
  public interface Handler {
    /** The answer to {@code request}. */
    WireReply handle(WireRequest request);
  }

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int MAX_HEAD = 64 * 1024;
  private static final int MAX_BODY = 64 * 1024 * 1024;
  private static final Duration DRIP = Duration.ofMillis(50);

  private final ServerSocket server;
  private final Handler handler;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(1);

  private LoopbackHttp(ServerSocket server, Handler handler) {
    this.server = server;
    this.handler = handler;
  }

  /**
   * Starts the server.
   *
   * @param port 0 takes a free one
   * @throws UncheckedIOException if the port is taken
   */
  public static LoopbackHttp start(int port, Handler handler) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 256);
      LoopbackHttp http = new LoopbackHttp(socket, handler);
      daemon(http::accept, "loopback-http-" + socket.getLocalPort()).start();
      return http;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot listen on 127.0.0.1:" + port + "; choose another port", e);
    }
  }

  /** {@code http://127.0.0.1:port}, without a trailing slash. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** How many connections were accepted so far. */
  public int accepted() {
    return accepted.get();
  }

  /** Lets every answer go that hangs now. */
  public void release() {
    CountDownLatch opened = gate;
    gate = new CountDownLatch(1);
    opened.countDown();
  }

  @Override
  public void close() {
    release();
    closeQuietly(server);
    connections.forEach(LoopbackHttp::closeQuietly);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        connections.add(socket);
        daemon(() -> converse(socket), "loopback-http-" + accepted.incrementAndGet()).start();
      } catch (IOException e) {
        closeQuietly(server);
      }
    }
  }

  private void converse(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), 32 * 1024);
      WireRequest request = read(in);
      while (request != null) {
        if (!answer(socket, handler.handle(request))) {
          return;
        }
        request = read(in);
      }
    } catch (IOException e) {
      closeQuietly(socket); // the peer went away: nobody is left to tell
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(socket);
    }
  }

  /** Whether the connection can be used again. */
  private boolean answer(Socket socket, WireReply reply) throws IOException, InterruptedException {
    CountDownLatch hanging = gate;
    Sleeper.SYSTEM.sleep(reply.delay());
    byte[] bytes = encode(reply);
    OutputStream out = socket.getOutputStream();
    return switch (reply.manner()) {
      case WHOLE -> {
        out.write(bytes);
        yield true;
      }
      case HANG -> {
        hanging.await();
        out.write(bytes);
        yield true;
      }
      case WHOLE_THEN_CLOSE -> {
        out.write(bytes);
        yield false;
      }
      case RESET -> {
        socket.setSoLinger(true, 0);
        yield false;
      }
      case TRUNCATED -> {
        int body = reply.body().getBytes(StandardCharsets.UTF_8).length;
        out.write(bytes, 0, bytes.length - body + body / 2);
        yield false;
      }
      case DRIP -> {
        for (byte each : bytes) {
          out.write(each);
          Sleeper.SYSTEM.sleep(DRIP);
        }
        yield true;
      }
    };
  }

  private static byte[] encode(WireReply reply) {
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(160);
    head.append("HTTP/1.1 ").append(reply.status()).append(" -\r\n");
    if (reply.status() != 204) {
      // A cut answer must announce more than it holds, also where there is no body to cut.
      int announced = reply.manner() == Manner.TRUNCATED ? Math.max(body.length, 64) : body.length;
      head.append("Content-Length: ").append(announced).append("\r\n");
    }
    if (!reply.headers().containsKey("Content-Type")) {
      head.append("Content-Type: application/json\r\n");
    }
    reply
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("\r\n");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(head.length() + body.length);
    bytes.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  /** The next request, or {@code null} at the end of the connection. */
  private static WireRequest read(InputStream in) throws IOException {
    String requestLine = line(in);
    if (requestLine == null || requestLine.isEmpty()) {
      return null;
    }
    String[] parts = requestLine.split(" ", 3);
    if (parts.length < 3) {
      throw new IOException("not a request line");
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    byte[] body =
        "chunked".equalsIgnoreCase(headers.get("transfer-encoding"))
            ? chunks(in)
            : exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new WireRequest(parts[0].toUpperCase(Locale.ROOT), parts[1], headers, body);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int size = Integer.parseInt(line(in), 16);
    while (size > 0) {
      body.writeBytes(exactly(in, size));
      line(in);
      size = Integer.parseInt(line(in), 16);
    }
    line(in);
    return body.toByteArray();
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    if (length > MAX_BODY) {
      throw new IOException("a body of " + length + " bytes is too long for a sandbox");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the request ends early");
    }
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
      }
      if (next != '\r') {
        line.write(next);
      }
      if (line.size() > MAX_HEAD) {
        throw new IOException("the request's head is too long");
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // Closing is all that was wanted; there is nothing to do about a socket that refuses to.
    }
  }
}
