/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.jobs.fleet.HeldAccount;
import java.util.List;

/**
 * What a worker did.
 *
 * @param done jobs that ended well
 * @param deferred jobs put back because their destination is throttled or broken
 * @param failed jobs that failed
 * @param lost jobs that were given to another worker meanwhile
 * @param parked syncs that failed too often, by {@code tenant/name}
 * @param held accounts whose jobs wait at the end
 * @param waiting jobs that wait at the end, those included
 */
public record WorkerReport(
    int done,
    int deferred,
    int failed,
    int lost,
    List<String> parked,
    List<HeldAccount> held,
    int waiting) {

  public WorkerReport {
    parked = List.copyOf(parked);
    held = List.copyOf(held);
  }
}
