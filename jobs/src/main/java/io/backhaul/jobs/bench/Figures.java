/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Turns laps into the figures of a {@link BenchResult}. */
final class Figures {

  private static final double MEGA = 1 << 20;

  private Figures() {}

  /** Of one contender: medians, and the spread of the seconds. */
  static Map<String, Double> of(List<Lap> laps) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("seconds", median(laps, Lap::seconds));
    figures.put("seconds_min", laps.stream().mapToDouble(Lap::seconds).min().orElseThrow());
    figures.put("seconds_max", laps.stream().mapToDouble(Lap::seconds).max().orElseThrow());
    figures.put("cpu_seconds", median(laps, Lap::cpuSeconds));
    figures.put("peak_heap_mb", median(laps, lap -> lap.peakHeapBytes() / MEGA));
    figures.put("shuffled_mb", median(laps, lap -> lap.shuffledBytes() / MEGA));
    return figures;
  }

  /** Median of a figure: the middle one, or the mean of the two in the middle. */
  static double median(List<Lap> laps, ToDoubleFunction<Lap> figure) {
    return median(laps.stream().mapToDouble(figure).toArray());
  }

  static double median(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("there is no median of nothing");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The exponent by which {@code y} grows with {@code x}: the slope of the line through the
   * logarithms, by least squares. 1 is linear.
   */
  static double exponent(double[] x, double[] y) {
    if (x.length != y.length || x.length < 2) {
      throw new IllegalArgumentException("it takes two points or more");
    }
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < x.length; i++) {
      meanX += Math.log(x[i]) / x.length;
      meanY += Math.log(y[i]) / x.length;
    }
    double products = 0;
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      double dx = Math.log(x[i]) - meanX;
      products += dx * (Math.log(y[i]) - meanY);
      squares += dx * dx;
    }
    return products / squares;
  }
}
