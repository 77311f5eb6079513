/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.SparkContext;

/** Measures work in this process: one piece at a time. */
final class Meter implements AutoCloseable {

  private final SparkContext context;
  private final ShuffleListener shuffles = new ShuffleListener();
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final List<MemoryPoolMXBean> heap =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();

  Meter(SparkContext context) {
    this.context = context;
    context.addSparkListener(shuffles);
  }

  /** Work that goes on. */
  final class Running {
    private final long shuffledBefore = shuffled();
    private final long cpuBefore;
    private final long begun;

    private Running() {
      heap.forEach(MemoryPoolMXBean::resetPeakUsage);
      cpuBefore = system.getProcessCpuTime();
      begun = System.nanoTime();
    }

    Lap end() {
      long nanos = System.nanoTime() - begun;
      long cpu = system.getProcessCpuTime() - cpuBefore;
      long peak = heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
      return new Lap(nanos / 1e9, cpu / 1e9, peak, shuffled() - shuffledBefore);
    }
  }

  /** Begins with a heap from which what others left behind is collected. */
  Running begin() {
    System.gc();
    return new Running();
  }

  /** Begins with the heap as it is, for work so short that collecting would take longer. */
  Running beginAsItIs() {
    return new Running();
  }

  /** Does the work and measures all of it. */
  <T> Timed<T> time(Callable<T> work) throws Exception {
    Running running = begin();
    T answer = work.call();
    return new Timed<>(running.end(), answer);
  }

  private long shuffled() {
    try {
      context.listenerBus().waitUntilEmpty();
    } catch (Exception e) { // Scala throws what it does not declare
      throw new IllegalStateException("Spark did not tell of its tasks in time", e);
    }
    return shuffles.bytes();
  }

  @Override
  public void close() {
    context.removeSparkListener(shuffles);
  }
}
