/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between a client and a server on loopback and counts the bytes that the server sends. */
final class CountingProxy implements AutoCloseable {

  private final ServerSocket front;
  private final int behind;
  private final AtomicLong sent = new AtomicLong();
  private final ExecutorService pumps =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "counting-proxy");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Opens a port of its own.
   *
   * @param behind the server's port
   */
  CountingProxy(int behind) throws IOException {
    this.behind = behind;
    this.front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    pumps.execute(this::accept);
  }

  int port() {
    return front.getLocalPort();
  }

  /** Bytes that the server has sent since this was asked last. */
  long taken() {
    return sent.getAndSet(0);
  }

  private void accept() {
    while (!front.isClosed()) {
      try {
        Socket client = front.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), behind);
        pumps.execute(() -> pump(client, server, new AtomicLong()));
        pumps.execute(() -> pump(server, client, sent));
      } catch (IOException e) {
        if (!front.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void pump(Socket from, Socket to, AtomicLong counted) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        counted.addAndGet(read);
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      // One side has hung up, and with it this one does.
    }
  }

  @Override
  public void close() throws IOException {
    front.close();
    pumps.shutdownNow();
  }
}
