/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.DestinationException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The right to one request, given by gate and circuit. Closed without an answer it is given back:
 * after an Error or a bug the circuit must not wait for ever for its trial call. Used by one
 * thread.
 */
final class Admission implements AutoCloseable {

  private final RateGate.Pass pass;
  private final Circuit circuit;
  private final Circuit.Call call;
  private final PartitionRun run;
  private boolean told;

  private Admission(RateGate.Pass pass, Circuit circuit, Circuit.Call call, PartitionRun run) {
    this.pass = pass;
    this.circuit = circuit;
    this.call = call;
    this.run = run;
  }

  /**
   * Waits for both.
   *
   * @return empty if that would take more patience than is left
   * @throws InterruptedException if the partition is stopped meanwhile
   */
  static Optional<Admission> await(RateGate gate, Circuit circuit, PartitionRun run)
      throws InterruptedException {
    while (true) {
      Duration paused = gate.pauseLeft();
      Duration open = circuit.pauseLeft();
      Duration wait = open.compareTo(paused) > 0 ? open : paused;
      if (!wait.isZero()) {
        if (!run.waitFor(wait)) {
          return Optional.empty();
        }
        continue;
      }
      RateGate.Pass pass = run.waiting(gate::enter);
      Optional<Circuit.Call> call = Optional.empty();
      try {
        if (gate.pauseLeft().isZero()) {
          call = run.waiting(circuit::tryBegin);
        }
      } finally {
        if (call.isEmpty()) {
          pass.close();
        }
      }
      if (call.isPresent()) {
        return Optional.of(new Admission(pass, circuit, call.get(), run));
      }
      run.waiting(
          () -> {
            circuit.awaitTrial();
            return null;
          });
    }
  }

  /** Makes the request and tells the circuit what its end says about the destination. */
  <T> T tell(Supplier<T> request) {
    try {
      T answer = request.get();
      told = true;
      circuit.succeeded(call);
      return answer;
    } catch (DestinationException e) {
      boolean broken =
          switch (e.kind()) {
            case UNAVAILABLE, IN_DOUBT -> true;
            case POISONED, REFUSED, CONTRADICTORY -> false;
          };
      if (broken && !run.cancelled()) {
        told = true;
        circuit.failed(call, e.code());
      } else if (e.kind() == DestinationException.Kind.POISONED) {
        // It refused the data, so it works.
        told = true;
        circuit.succeeded(call);
      }
      throw e;
    }
  }

  /** How long the rate put it off. */
  Duration heldBack() {
    return pass.waited();
  }

  @Override
  public void close() {
    if (!told) {
      circuit.released(call);
    }
    pass.close();
  }
}
