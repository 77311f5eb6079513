/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import io.backhaul.jobs.spec.Priority;
import java.util.Map;

/**
 * What a virtual day came to.
 *
 * @param untouched seconds until changes were delivered, of syncs that no trouble touches, by
 *     priority
 * @param touched the same of the others, but for those whose records all fail
 * @param calls requests in all
 * @param wasted those that were throttled, or whose records were all rejected
 * @param starved jobs that nothing held back and that waited for more than an hour
 * @param jobs that ended
 * @param lost jobs that were due, did not end, and are not in the queue
 * @param twice jobs whose end was taken more than once
 * @param fenced ends that were refused, since another worker had the job meanwhile
 * @param parked syncs that failed too often in a row
 * @param workers applications
 * @param places jobs of each at once
 * @param utilisation share of all places that were at work
 */
public record DayResult(
    Map<Priority, Percentiles> untouched,
    Map<Priority, Percentiles> touched,
    long calls,
    long wasted,
    long starved,
    long jobs,
    long lost,
    long twice,
    long fenced,
    long parked,
    int workers,
    int places,
    double utilisation) {

  public DayResult {
    untouched = Map.copyOf(untouched);
    touched = Map.copyOf(touched);
  }

  /** Of all calls, the share that was in vain. */
  public double wastedShare() {
    return calls == 0 ? 0 : (double) wasted / calls;
  }
}
