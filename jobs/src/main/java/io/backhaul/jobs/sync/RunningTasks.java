/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * The tasks of one Spark job group that run at this moment. A job that failed or was cancelled
 * comes back to the driver while its tasks are still sending: settling then would miss what they
 * are about to journal. Thread-safe.
 */
final class RunningTasks extends SparkListener implements AutoCloseable {

  private static final String JOB_GROUP = "spark.jobGroup.id";

  private final SparkContext context;
  private final String group;
  private final Set<Integer> jobs = new HashSet<>();
  private final Set<Integer> stages = new HashSet<>();
  private final Set<Long> running = new HashSet<>();
  private boolean repeated;

  private RunningTasks(SparkContext context, String group) {
    this.context = context;
    this.group = group;
  }

  /** Watches the calling thread's job group from now on, until closed. */
  static RunningTasks of(SparkContext context) {
    RunningTasks tasks = new RunningTasks(context, context.getLocalProperty(JOB_GROUP));
    context.addSparkListener(tasks);
    return tasks;
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart start) {
    String started = start.properties() == null ? null : start.properties().getProperty(JOB_GROUP);
    if (Objects.equals(group, started)) {
      jobs.add(start.jobId());
      for (var ids = start.stageIds().iterator(); ids.hasNext(); ) {
        stages.add((Integer) ids.next());
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
      repeated |= start.taskInfo().attemptNumber() > 0 || start.stageAttemptId() > 0;
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
    notifyAll();
  }

  /**
   * Whether a task was tried more than once. Its job is over when one of the attempts is, whatever
   * the other one does.
   */
  synchronized boolean repeated() {
    return repeated;
  }

  /**
   * Waits until the group has neither a job nor a task.
   *
   * @return whether that came true in time
   */
  synchronized boolean awaitNone(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      while (!(jobs.isEmpty() && running.isEmpty())) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Interrupts what still runs: a request in flight is broken off. */
  void interrupt(String why) {
    Set<Long> now;
    synchronized (this) {
      now = Set.copyOf(running);
    }
    now.forEach(task -> context.killTaskAttempt(task, true, why));
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
  }
}
