/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** A {@link Sandbox} on a port of 127.0.0.1. Thread-safe. */
public final class SandboxServer implements AutoCloseable {

  private static final int KEPT_REQUESTS = 10_000;

  private final Sandbox sandbox;
  private final LoopbackHttp server;

  private SandboxServer(int port, Sandbox sandbox) {
    this.sandbox = sandbox;
    this.server = LoopbackHttp.start(port, sandbox::handle);
  }

  /**
   * Starts a sandbox that keeps the counts of its last 10,000 requests.
   *
   * @param port 0 takes a free one
   * @throws java.io.UncheckedIOException if the port is taken
   */
  public static SandboxServer start(int port, SandboxScript script) {
    return start(port, script, RequestLedger.ofLast(KEPT_REQUESTS), Clock.systemUTC());
  }

  /** Starts a sandbox with a ledger of the caller's. */
  public static SandboxServer start(
      int port, SandboxScript script, RequestLedger ledger, Clock clock) {
    return new SandboxServer(port, new Sandbox(script, ledger, clock));
  }

  /**
   * Starts a sandbox without faults on a free port. It takes whoever comes, and records it was
   * never told of for ones it holds: whoever rehearses has written them to the real destination.
   */
  public static SandboxServer forRehearsal(Clock clock) {
    return new SandboxServer(0, Sandbox.forRehearsal(clock));
  }

  /** Where it speaks for destinations of a type; empty if it does not. */
  public Optional<URI> urlFor(String type) {
    if (type.equals("http")) {
      return Optional.of(URI.create(url() + "/api"));
    }
    return sandbox.speaksFor(type) ? Optional.of(URI.create(url() + "/" + type)) : Optional.empty();
  }

  /** {@code http://127.0.0.1:port}, without a path. */
  public URI url() {
    return server.url();
  }

  /** From now on the sandbox behaves as {@code script} says; its fault counters start anew. */
  public void script(SandboxScript script) {
    sandbox.script(script);
  }

  /** What arrived. */
  public RequestLedger ledger() {
    return sandbox.ledger();
  }

  /** What it holds of an object: name (for {@code /api} the key as JSON) to fields as JSON. */
  public Map<String, String> records(String object) {
    return sandbox.records(object);
  }

  /** Stops; requests that hang are answered first. */
  @Override
  public void close() {
    server.close();
  }
}
