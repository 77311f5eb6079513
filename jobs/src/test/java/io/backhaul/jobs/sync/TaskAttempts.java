/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Prints each attempt at a partition that Spark starts to deliver, for a test to read. */
final class TaskAttempts extends SparkListener {

  private static final Pattern LINE =
      Pattern.compile("(?m)^attempt (\\d+) of stage (\\d+)\\.(\\d+) on (\\S+) speculative (\\w+)$");

  private static final Pattern WRITTEN = Pattern.compile("(?m)^shuffle written on (\\S+)$");

  private final Set<Integer> stages = new HashSet<>();
  private final Set<Integer> before = new HashSet<>();

  /**
   * One of them.
   *
   * @param stage of one job
   * @param stageAttempt above 0 where Spark began the stage again
   */
  record Attempt(int partition, int stage, int stageAttempt, String host, boolean speculative) {}

  /** Those that a process printed. */
  static List<Attempt> in(String output) {
    return LINE.matcher(output)
        .results()
        .map(
            line ->
                new Attempt(
                    Integer.parseInt(line.group(1)),
                    Integer.parseInt(line.group(2)),
                    Integer.parseInt(line.group(3)),
                    line.group(4),
                    Boolean.parseBoolean(line.group(5))))
        .toList();
  }

  /** The hosts that have a part of what the tasks read that deliver. */
  static Set<String> shuffleHosts(String output) {
    return WRITTEN
        .matcher(output)
        .results()
        .map(line -> line.group(1))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (submitted.stageInfo().name().startsWith("foreachPartition at ")) {
      boolean last = submitted.stageInfo().shuffleDepId().isEmpty();
      (last ? stages : before).add(submitted.stageInfo().stageId());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (before.contains(end.stageId()) && end.taskInfo().successful()) {
      System.out.println("shuffle written on " + end.taskInfo().host());
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (stages.contains(start.stageId())) {
      System.out.println(
          "attempt "
              + start.taskInfo().partitionId()
              + " of stage "
              + start.stageId()
              + "."
              + start.stageAttemptId()
              + " on "
              + start.taskInfo().host()
              + " speculative "
              + start.taskInfo().speculative());
    }
  }
}
