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
 * The right to one request, given by gate and breaker. Closed without an answer it is given back:
 * after an Error or a bug the breaker must not wait for ever for its trial call. Used by one
 * thread.
 */
final class Admission implements AutoCloseable {

  private final RateGate.Pass pass;
  private final Breaker breaker;
  private final Breaker.Call call;
  private final PartitionRun run;
  private boolean told;

  private Admission(RateGate.Pass pass, Breaker breaker, Breaker.Call call, PartitionRun run) {
    this.pass = pass;
    this.breaker = breaker;
    this.call = call;
    this.run = run;
  }

  /**
   * Waits for both.
   *
   * @return empty if that would take more patience than is left
   * @throws InterruptedException if the partition is stopped meanwhile
   */
  static Optional<Admission> await(RateGate gate, Breaker breaker, PartitionRun run)
      throws InterruptedException {
    while (true) {
      Duration paused = gate.pauseLeft();
      Duration open = breaker.pauseLeft();
      Duration wait = open.compareTo(paused) > 0 ? open : paused;
      if (!wait.isZero()) {
        if (!run.waitFor(wait)) {
          return Optional.empty();
        }
        continue;
      }
      RateGate.Pass pass = run.waiting(gate::enter);
      if (gate.pauseLeft().isZero()) {
        Optional<Breaker.Call> call = breaker.tryBegin();
        if (call.isPresent()) {
          return Optional.of(new Admission(pass, breaker, call.get(), run));
        }
      }
      pass.close();
      run.waiting(
          () -> {
            breaker.awaitTrial();
            return null;
          });
    }
  }

  /** Makes the request and tells the breaker what its end says about the destination. */
  <T> T tell(Supplier<T> request) {
    try {
      T answer = request.get();
      told = true;
      breaker.succeeded(call);
      return answer;
    } catch (DestinationException e) {
      boolean broken =
          switch (e.kind()) {
            case UNAVAILABLE, IN_DOUBT -> true;
            case POISONED, REFUSED, CONTRADICTORY -> false;
          };
      if (broken && !run.cancelled()) {
        told = true;
        breaker.failed(call, e.code());
      } else if (e.kind() == DestinationException.Kind.POISONED) {
        // It refused the data, so it works.
        told = true;
        breaker.succeeded(call);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    if (!told) {
      breaker.released(call);
    }
    pass.close();
  }
}
