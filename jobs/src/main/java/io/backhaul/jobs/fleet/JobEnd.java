/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import java.util.Objects;

/**
 * How a worker's run of a job ended.
 *
 * @param outcome what became of its rows
 * @param circuit the circuit of its account as the run left it
 */
public record JobEnd(Outcome outcome, CircuitReport circuit) {

  /** What became of the rows of a run. */
  public enum Outcome {
    /** Each was applied or became a dead letter. */
    DONE,
    /** Some wait for a destination that is throttled or broken; the job stays in the queue. */
    DEFERRED,
    /** The run failed or was stopped by a guard, or the destination rejected all it got. */
    FAILED
  }

  public JobEnd {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(circuit, "circuit");
  }
}
