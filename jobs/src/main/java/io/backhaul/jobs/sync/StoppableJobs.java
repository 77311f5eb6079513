/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;

/**
 * The Spark jobs of a run that end when the run is cancelled or loses its lease, also those that
 * start only after it was: Spark itself ends what runs at that moment and nothing else.
 */
final class StoppableJobs extends SparkListener implements AutoCloseable {

  private final SparkContext context;
  private final String group;
  private final Cancellation cancellation;

  /**
   * @param group names them; no other run's jobs have it
   */
  StoppableJobs(SparkContext context, String group, Cancellation cancellation, Lease lease) {
    this.context = context;
    this.group = group;
    this.cancellation = cancellation;
    lease.onLoss(this::stop);
    cancellation.onRequest(this::stop);
    context.addSparkListener(this);
  }

  /** Does work on this thread; its jobs are stoppable until it ends or {@link #end} is called. */
  <T> T during(Supplier<T> work) {
    context.setJobGroup(group, group, false);
    try {
      return work.get();
    } finally {
      end();
    }
  }

  /** Jobs that this thread starts from here on are left to end by themselves. */
  void end() {
    context.clearJobGroup();
  }

  private void stop() {
    context.cancelJobGroup(group);
  }

  @Override
  public void onJobStart(SparkListenerJobStart started) {
    if (cancellation.requested()) {
      stop();
    }
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
  }
}
