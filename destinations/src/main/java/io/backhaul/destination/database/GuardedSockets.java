/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.http.AddressGuard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Sockets that judge the address they are told to connect to, so that a name that leads elsewhere
 * by the time it is used leads nowhere. Made by PostgreSQL's driver, by name.
 */
public final class GuardedSockets extends SocketFactory {

  /** The argument that lets private networks pass. */
  static final String PRIVATE_TOO = "private";

  private final AddressGuard guard;

  /** As the driver calls it: with the value of {@code socketFactoryArg}. */
  public GuardedSockets(String allowed) {
    this.guard = new AddressGuard(true, PRIVATE_TOO.equals(allowed));
  }

  @Override
  public Socket createSocket() {
    return new Guarded(guard);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  private Socket connected(InetSocketAddress address) throws IOException {
    Socket socket = createSocket();
    socket.connect(address);
    return socket;
  }

  private static final class Guarded extends Socket {

    private final AddressGuard guard;

    Guarded(AddressGuard guard) {
      this.guard = guard;
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
      if (endpoint instanceof InetSocketAddress there && there.getAddress() != null) {
        guard.judge(there.getHostString(), there.getAddress());
      }
      super.connect(endpoint, timeout);
    }
  }
}
