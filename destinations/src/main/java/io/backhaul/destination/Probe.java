/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.time.Duration;
import java.util.Objects;

/**
 * What a destination answered to a harmless question that needs our credentials.
 *
 * @param asked what was asked, in the vendor's words, for example {@code GET /services/data}; empty
 *     where there is nothing harmless to ask
 * @param account what the destination calls the account we came as, or {@code null}
 * @param clockSkew how far its clock is ahead of ours, by its {@code Date} header; zero if it sends
 *     none
 */
public record Probe(String asked, String account, Duration clockSkew) {

  /** There is no question that does no harm. */
  public static final Probe NOTHING_TO_ASK = new Probe("", null, Duration.ZERO);

  public Probe {
    Objects.requireNonNull(asked, "asked");
    Objects.requireNonNull(clockSkew, "clockSkew");
  }
}
