/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * What to measure.
 *
 * @param rows rows of the table, at least 1
 * @param changed percent of them that changed
 * @param rounds timed rounds, after one that is not timed
 * @param folder where data is kept for the next time
 * @param connections connections that the destination allows
 * @param latencies milliseconds that the destination takes to answer, for {@link BenchName#DELIVER}
 */
public record BenchOptions(
    BenchName name,
    long rows,
    double changed,
    int rounds,
    Path folder,
    int connections,
    List<Integer> latencies,
    int syncs) {

  public BenchOptions {
    latencies = List.copyOf(latencies);
    if (rows < 1 || rounds < 1 || connections < 1 || syncs < 1) {
      throw new IllegalArgumentException("rows, rounds, connections and syncs are at least 1");
    }
    if (!(changed >= 0 && changed <= 100)) {
      throw new IllegalArgumentException("changed is a percentage, 0 to 100, not " + changed);
    }
  }
}
