/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.time.Instant;

/**
 * One vendor's API as its documentation describes it, below {@code /}{@link #name}. Shares no code
 * with the connector, so that a misreading cannot hide on both sides.
 */
interface SandboxVendor {

  /** The type of the destination that speaks to it, for example {@code salesforce}. */
  String name();

  /**
   * Answers a request. Records are written by {@link Desk#write} alone, so that faults, rejections
   * and the ledger hold for all vendors alike.
   *
   * @param request its path begins behind the vendor's name
   */
  WireReply handle(WireRequest request, Desk desk);

  /** What a vendor may use of the sandbox. */
  interface Desk {

    /** Applies a request that carries records, and answers it in the words of {@code api}. */
    WireReply write(SandboxApi api, WireRequest request);

    /** What the sandbox holds. */
    SandboxStore store();

    /** The sandbox's time, for limits and for the states of jobs. */
    Instant now();

    /** Whether a request without a good token is refused; not where nothing is really sent. */
    boolean asksForCredentials();
  }
}
