/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** One client's connection: reads HTTP/1.1 requests, one after the other, and writes answers. */
final class Connection {

  private static final int FIRST_SIZE = 64 << 10;
  private static final String LENGTH = "\r\ncontent-length:";
  private static final String CHUNKED = "\r\ntransfer-encoding:";

  private final SocketChannel channel;
  private ByteBuffer in = ByteBuffer.allocate(FIRST_SIZE);
  private int headerEnd = -1;
  private int searched;
  private int bodyLength;
  private String requestLine = "";

  Connection(SocketChannel channel) {
    this.channel = channel;
  }

  /** Takes whole requests. */
  interface Requests {
    /**
     * A request is complete.
     *
     * @param requestLine such as {@code POST / HTTP/1.1}
     * @param bytes with the body between {@code from} and {@code to}, until this returns
     */
    void take(Connection from, String requestLine, byte[] bytes, int begin, int end)
        throws IOException;
  }

  /**
   * Reads what there is.
   *
   * @return false if the client has closed the connection
   */
  boolean read(Requests requests) throws IOException {
    int read;
    do {
      if (!in.hasRemaining()) {
        in = ByteBuffer.allocate(2 * in.capacity()).put(in.flip());
      }
      read = channel.read(in);
      while (complete()) {
        int end = headerEnd + bodyLength;
        requests.take(this, requestLine, in.array(), headerEnd, end);
        in.limit(in.position()).position(end);
        in.compact();
        headerEnd = -1;
        searched = 0;
      }
    } while (read > 0);
    return read == 0;
  }

  /** Answers at once; an answer is so small that it finds room in the socket's buffer. */
  void write(byte[] answer) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(answer);
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // it is gone either way
      return;
    }
  }

  private boolean complete() throws IOException {
    if (headerEnd < 0) {
      readHeader();
    }
    return headerEnd >= 0 && in.position() - headerEnd >= bodyLength;
  }

  private void readHeader() throws IOException {
    byte[] bytes = in.array();
    for (int i = Math.max(3, searched); i < in.position(); i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        headerEnd = i + 1;
        header(new String(Arrays.copyOf(bytes, headerEnd), StandardCharsets.ISO_8859_1));
        return;
      }
    }
    searched = in.position();
  }

  private void header(String header) throws IOException {
    requestLine = header.substring(0, header.indexOf('\r'));
    String lower = header.toLowerCase(Locale.ROOT);
    if (lower.contains(CHUNKED)) {
      throw new IOException("a body without Content-Length: this server counts no chunks");
    }
    int at = lower.indexOf(LENGTH);
    bodyLength =
        at < 0
            ? 0
            : Integer.parseInt(
                header
                    .substring(at + LENGTH.length(), header.indexOf('\r', at + LENGTH.length()))
                    .strip());
  }
}
