/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.SendListener;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.util.LongAccumulator;
import scala.collection.Iterator;

/**
 * Counts outcomes while they happen, for progress only: what is stored is counted from the journal.
 * Executors add to accumulators; their heartbeats carry the sums to the driver before a task ends.
 */
final class DeliveryTally implements SendListener, Serializable {

  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "backhaul.delivered.";

  private final LongAccumulator applied;
  private final LongAccumulator rejected;
  private final LongAccumulator other;
  private final LongAccumulator open;

  DeliveryTally(SparkContext context, String runId) {
    this.applied = context.longAccumulator(PREFIX + "applied." + runId);
    this.rejected = context.longAccumulator(PREFIX + "rejected." + runId);
    this.other = context.longAccumulator(PREFIX + "other." + runId);
    this.open = context.longAccumulator(PREFIX + "open." + runId);
  }

  /** Records applied, by all tasks of jobs that have ended; on the driver. */
  long applied() {
    return applied.sum();
  }

  /** Records rejected, by all tasks of jobs that have ended; on the driver. */
  long rejected() {
    return rejected.sum();
  }

  @Override
  public synchronized void outcomes(Outcome outcome, int records) {
    switch (outcome) {
      case APPLIED -> applied.add(records);
      case REJECTED -> rejected.add(records);
      case DEFERRED, UNKNOWN -> other.add(records);
    }
  }

  @Override
  public synchronized void circuit(String state) {
    if (state.equals("open")) {
      open.add(1);
    } else if (open.sum() > 0) {
      open.add(-open.sum());
    }
  }

  /** Tells {@code observer} of every heartbeat until the returned listener is removed. */
  SparkListener watch(SparkContext context, RunObserver observer) {
    Map<Long, long[]> byTask = new ConcurrentHashMap<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
            for (var tasks = update.accumUpdates().iterator(); tasks.hasNext(); ) {
              var task = tasks.next();
              long[] sums = new long[4];
              for (Iterator<AccumulableInfo> infos = task._4().iterator(); infos.hasNext(); ) {
                add(sums, infos.next());
              }
              byTask.merge((Long) task._1(), sums, (old, now) -> old[0] > now[0] ? old : now);
            }
            long[] total = new long[4];
            byTask.values().forEach(sums -> addAll(total, sums));
            observer.delivered(
                new RunObserver.Delivered(
                    total[0], total[1], total[2], total[3] > 0 ? "open" : "closed"));
          }
        };
    context.addSparkListener(listener);
    return listener;
  }

  private void add(long[] sums, AccumulableInfo info) {
    LongAccumulator[] mine = {applied, rejected, other, open};
    for (int i = 0; i < mine.length; i++) {
      if (info.id() == mine[i].id() && info.update().isDefined()) {
        sums[i] = Long.parseLong(info.update().get().toString());
      }
    }
  }

  private static void addAll(long[] total, long[] sums) {
    for (int i = 0; i < total.length; i++) {
      total[i] += sums[i];
    }
  }
}
