/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send.account;

import io.backhaul.destination.Sleeper;
import io.backhaul.destination.send.Circuit;
import io.backhaul.destination.send.CircuitReport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The circuit of an account that senders in several processes call. While it is closed, a call
 * costs no message; a failed one is told at once, and so is the first that succeeds after it.
 */
final class SharedCircuit implements Circuit {

  /** How long to wait before asking again whether somebody's trial call has ended. */
  private static final Duration TRIAL = Duration.ofMillis(500);

  private final SharedAccount account;
  private final Sleeper sleeper;
  private Consumer<String> onChange = state -> {};
  private String state = "closed";

  SharedCircuit(SharedAccount account, Sleeper sleeper) {
    this.account = account;
    this.sleeper = sleeper;
  }

  @Override
  public synchronized void onChange(Consumer<String> listener) {
    onChange = listener;
  }

  private synchronized void look() {
    String now = account.known().circuit().state();
    if (!now.equals(state)) {
      state = now;
      onChange.accept(now);
    }
  }

  @Override
  public Duration pauseLeft() {
    look();
    return account.openLeft();
  }

  @Override
  public Optional<Call> tryBegin() throws InterruptedException {
    if (account.surelyClosed()) {
      return Optional.of(new Call(account.known().epoch()));
    }
    long epoch = account.begin();
    look();
    return epoch < 0 ? Optional.empty() : Optional.of(new Call(epoch));
  }

  @Override
  public void succeeded(Call call) {
    account.succeeded(call.epoch());
  }

  @Override
  public void failed(Call call, String code) {
    account.failed(call.epoch(), code);
  }

  @Override
  public void released(Call call) {
    account.released(call.epoch());
  }

  @Override
  public void awaitTrial() throws InterruptedException {
    if (!account.surelyClosed() && account.openLeft().isZero()) {
      sleeper.sleep(TRIAL);
    }
  }

  @Override
  public CircuitReport report() {
    look();
    return account.known().circuit();
  }
}
