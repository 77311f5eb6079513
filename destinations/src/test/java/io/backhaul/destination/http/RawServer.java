/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on 127.0.0.1 that reads a request and then does to the connection what it is told. */
final class RawServer implements AutoCloseable {

  /** A request as it arrived. */
  record Request(String head, String body) {
    /** The value of a header, or {@code null}. */
    String header(String name) {
      for (String line : head.split("\r\n")) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return null;
    }
  }

  /** What is done to the {@code n}th request, counted from 1. */
  @FunctionalInterface
  interface Script {
    void answer(Request request, int n, Connection connection) throws IOException;
  }

  /** One connection, to write to or to break. */
  record Connection(Socket socket, OutputStream out) {
    void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** A complete answer that leaves the connection open. */
    void reply(int status, String headers, String body) throws IOException {
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      write(
          "HTTP/1.1 "
              + status
              + " X\r\nContent-Length: "
              + length
              + "\r\n"
              + headers
              + "\r\n"
              + body);
    }

    /** Ends it with RST. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Ends it with FIN. */
    void close() throws IOException {
      socket.close();
    }
  }

  private final ServerSocket listening;
  private final String scheme;
  private final Script script;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  RawServer(Script script) {
    this(plain(InetAddress.getLoopbackAddress(), 0), "http", script);
  }

  /** A server on a socket of the caller's, such as one that speaks TLS. */
  RawServer(ServerSocket listening, String scheme, Script script) {
    this.listening = listening;
    this.scheme = scheme;
    this.script = script;
    start(this::accept);
  }

  static ServerSocket plain(InetAddress address, int port) {
    try {
      return new ServerSocket(port, 128, address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI url() {
    return url(listening.getInetAddress().getHostAddress());
  }

  /** The same under another name. */
  URI url(String host) {
    return URI.create(scheme + "://" + host + ":" + port() + "/api");
  }

  int port() {
    return listening.getLocalPort();
  }

  List<Request> requests() {
    return requests;
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        open.add(socket);
        start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      Connection connection = new Connection(socket, socket.getOutputStream());
      while (!socket.isClosed()) {
        Request request = read(in);
        if (request == null) {
          return;
        }
        int n;
        synchronized (this) {
          requests.add(request);
          n = requests.size();
        }
        script.answer(request, n, connection);
      }
    } catch (IOException e) {
      // The client went away, or the script broke the connection.
    } finally {
      open.remove(socket);
    }
  }

  private static Request read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.write(next);
    }
    Request bare = new Request(head.toString(StandardCharsets.UTF_8), "");
    String length = bare.header("Content-Length");
    byte[] body = in.readNBytes(length == null ? 0 : Integer.parseInt(length));
    return new Request(bare.head(), new String(body, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
