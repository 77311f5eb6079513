/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * Knows the tasks of one job group that are running. A job that failed has ended for its caller
 * while tasks of it still send; what they send is not to be settled behind their back. Thread-safe.
 */
final class RunningTasks extends SparkListener {

  private static final String JOB_GROUP = "spark.jobGroup.id";

  private final String group;
  private final Set<Integer> jobs = new HashSet<>();
  private final Set<Integer> stages = new HashSet<>();
  private final Set<Long> running = new HashSet<>();

  /**
   * @param group of the calling thread's jobs, {@code null} for those without a group
   */
  RunningTasks(String group) {
    this.group = group;
  }

  /** The job group of the calling thread. */
  static String groupOf(SparkContext context) {
    return context.getLocalProperty(JOB_GROUP);
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart start) {
    String started = start.properties() == null ? null : start.properties().getProperty(JOB_GROUP);
    if (group == null ? started == null : group.equals(started)) {
      jobs.add(start.jobId());
      for (var infos = start.stageInfos().iterator(); infos.hasNext(); ) {
        stages.add(infos.next().stageId());
      }
    }
  }

  @Override
  public synchronized void onJobEnd(SparkListenerJobEnd end) {
    jobs.remove(end.jobId());
    notifyAll();
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart start) {
    if (stages.contains(start.stageId())) {
      running.add(start.taskInfo().taskId());
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
    notifyAll();
  }

  /**
   * Waits until no job is under way, as far as was heard, and no task runs.
   *
   * @return whether none does; an interrupt ends the wait and is kept
   */
  synchronized boolean awaitNone(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      for (long left = atMost.toNanos(); !idle() && left > 0; ) {
        wait(left / 1_000_000 + 1);
        left = deadline - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return idle();
  }

  private boolean idle() {
    return jobs.isEmpty() && running.isEmpty();
  }
}
