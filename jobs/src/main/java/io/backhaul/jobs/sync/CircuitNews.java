/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.send.CircuitReport;
import java.io.Serializable;
import java.time.Instant;

/**
 * What a run knows of the circuit of its destination when it begins to deliver.
 *
 * @param open what is known against it, or {@code null} if it is closed
 * @param closedAt since when it is closed as the ledger has it, by a run or by hand; {@code null}
 *     if the ledger does not say
 */
record CircuitNews(CircuitReport open, Instant closedAt) implements Serializable {

  /** Nothing is known. */
  static final CircuitNews NONE = new CircuitNews(null, null);
}
