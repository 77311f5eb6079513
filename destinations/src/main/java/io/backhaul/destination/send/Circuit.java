/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Says whether a destination may be called. Asked by a {@link Sender} before each request, and told
 * how each one ended. Thread-safe.
 */
public interface Circuit {

  /**
   * The right to one call, to be returned through exactly one of {@link #succeeded}, {@link
   * #failed} and {@link #released}.
   *
   * @param epoch counts changes of state: a call that began before the last one decides nothing
   */
  record Call(long epoch) {}

  /** From now on {@code listener} hears of every change of state; it must not block. */
  void onChange(Consumer<String> listener);

  /** How long the circuit stays open; zero if a call may be tried now. */
  Duration pauseLeft();

  /**
   * The right to a call; empty while the circuit is open or another trial call is under way.
   *
   * @throws InterruptedException where whoever decides is elsewhere and the wait for it was ended
   */
  Optional<Call> tryBegin() throws InterruptedException;

  /** The destination answered, whatever it said of the records. */
  void succeeded(Call call);

  /** The call was throttled or failed. */
  void failed(Call call, String code);

  /** The call says nothing about the destination: it was never made, or we broke it off. */
  void released(Call call);

  /** Waits while another trial call is under way, or for a while of it. */
  void awaitTrial() throws InterruptedException;

  /** The circuit as the next run should find it. */
  CircuitReport report();
}
