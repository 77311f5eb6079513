/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send.account;

import io.backhaul.destination.send.CircuitReport;
import java.io.Serializable;
import java.time.Duration;

/**
 * An account as it stands, and what was granted. Times are counted from the answer, since clocks of
 * two machines differ.
 *
 * @param grant of permits; {@code null} if none were asked for
 * @param mayCall whether a call may begin, to who asked for that
 * @param epoch of the circuit
 * @param circuit as the next run should find it
 * @param openFor how long the circuit stays open
 * @param watched whether the last call that somebody told of failed, so that the next one that
 *     succeeds is to be told at once
 * @param pausedFor how long the destination asked everyone to wait
 */
public record AccountAnswer(
    Grant grant,
    boolean mayCall,
    long epoch,
    CircuitReport circuit,
    Duration openFor,
    boolean watched,
    Duration pausedFor)
    implements Serializable {

  /**
   * Some permits in a row. Each is good from its time on and for {@link SharedAccount#LATEST} after
   * it; those of a process that dies lapse.
   *
   * @param startsIn how long until the first is good
   * @param spacing from each to the next
   */
  public record Grant(int permits, Duration startsIn, Duration spacing) implements Serializable {}
}
