/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send.account;

import io.backhaul.destination.send.CircuitReport;
import java.io.Serializable;
import java.time.Duration;

/** What a sender asks or tells of a destination account. */
public sealed interface AccountRequest extends Serializable {

  /** Tenant and name of the destination. */
  String account();

  /** Whether an answer is waited for. */
  default boolean asks() {
    return false;
  }

  /**
   * A partition begins.
   *
   * @param earlier the circuit as earlier runs left it
   */
  record Join(String account, CircuitReport earlier) implements AccountRequest {
    @Override
    public boolean asks() {
      return true;
    }
  }

  /**
   * Permits, please.
   *
   * @param requestsPerSecond of the whole account
   * @param succeeded calls that the destination answered since the last time
   * @param epoch that they began in
   */
  record Take(String account, double requestsPerSecond, int permits, long succeeded, long epoch)
      implements AccountRequest {
    @Override
    public boolean asks() {
      return true;
    }
  }

  /**
   * May I call?
   *
   * @param asker process and request; a trial call is granted to it
   */
  record Begin(String account, String asker) implements AccountRequest {
    @Override
    public boolean asks() {
      return true;
    }
  }

  /** A call was answered. */
  record Succeeded(String account, long epoch) implements AccountRequest {}

  /** A call was throttled or failed. */
  record Failed(String account, long epoch, String code) implements AccountRequest {}

  /** The trial call that {@code asker} may have been granted is not made. */
  record Released(String account, String asker) implements AccountRequest {}

  /** The destination asks everyone to wait. */
  record Pause(String account, Duration pause) implements AccountRequest {}
}
