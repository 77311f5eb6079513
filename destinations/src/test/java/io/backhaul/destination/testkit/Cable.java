/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** What lies between a client and a server, and can be cut at a word of the client's. */
public final class Cable implements Closeable {

  /** What becomes of the word that a cable is cut at. */
  public enum Cut {
    /** It never arrives. */
    BEFORE,
    /** It arrives, and its answer does not. */
    AFTER
  }

  private final ServerSocket socket;
  private final int port;
  private final Set<Socket> ends = Collections.synchronizedSet(new HashSet<>());
  private volatile String word;
  private volatile Cut cut;
  private volatile boolean forGood;
  private volatile boolean dead;

  /** A cable to a port of this machine. */
  public Cable(int port) throws IOException {
    this.port = port;
    this.socket = new ServerSocket(0, 50, InetAddress.getByName("localhost"));
    daemon(this::accept);
  }

  /** Where a client plugs in. */
  public int port() {
    return socket.getLocalPort();
  }

  /** Cuts the next connection that says the word; {@code forGood}, no other is taken after it. */
  public void cutAt(String nextWord, Cut how, boolean noOther) {
    cut = how;
    forGood = noOther;
    word = nextWord;
  }

  /** Takes connections again. */
  public void mend() {
    dead = false;
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "cable");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        if (dead) {
          client.close();
          continue;
        }
        Socket server = new Socket("localhost", port);
        ends.add(client);
        ends.add(server);
        daemon(() -> copy(client, server, true));
        daemon(() -> copy(server, client, false));
      } catch (IOException e) {
        // Closed; the loop ends.
      }
    }
  }

  private void copy(Socket from, Socket to, boolean listening) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        String said = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        String awaited = word;
        if (listening && awaited != null && said.contains(awaited)) {
          word = null;
          dead = forGood;
          if (cut == Cut.AFTER) {
            from.setSoLinger(true, 0);
            from.close();
            out.write(buffer, 0, n);
            out.flush();
            // The server's answer goes nowhere; once it has said it, it is done.
            to.getInputStream().read();
          }
          break;
        }
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // The other direction closed it.
    } finally {
      quietly(from);
      quietly(to);
    }
  }

  private static void quietly(Closeable end) {
    try {
      end.close();
    } catch (IOException e) {
      // It is closed.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    Set.copyOf(ends).forEach(Cable::quietly);
  }
}
