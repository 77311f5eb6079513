/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send.account;

import java.io.IOException;

/**
 * Carries requests to where the accounts are kept. Thread-safe; what one thread tells and asks
 * arrives in that order.
 */
public interface AccountDesk {

  /**
   * Asks and waits for the answer, which is given at once.
   *
   * @throws IOException if no answer came
   */
  AccountAnswer ask(AccountRequest request) throws IOException, InterruptedException;

  /** Says something and does not wait; it may get lost with the process. */
  void tell(AccountRequest request);
}
