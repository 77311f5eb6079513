/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was measured: what {@code bench --json} prints.
 *
 * @param machine processor, cores, heap and versions
 * @param rounds timed rounds
 * @param medians by contender: figures by name, medians over the rounds unless the name says other
 * @param ratios figures that compare contenders of this run
 * @param answersEqual whether all contenders came to the same answer, in every round
 */
public record BenchResult(
    String name,
    long rows,
    double changed,
    String machine,
    int rounds,
    Map<String, Map<String, Double>> medians,
    Map<String, Double> ratios,
    boolean answersEqual) {

  public BenchResult {
    medians = Collections.unmodifiableMap(new LinkedHashMap<>(medians));
    ratios = Collections.unmodifiableMap(new LinkedHashMap<>(ratios));
  }
}
