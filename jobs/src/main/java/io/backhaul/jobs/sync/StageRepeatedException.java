/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import org.apache.spark.TaskContext;

/**
 * Spark began a stage again because an executor was lost with what the stage reads. It does so for
 * all partitions that are not done, also for those that tasks of the first attempt are still
 * delivering: two attempts would send the same batches side by side.
 */
final class StageRepeatedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private StageRepeatedException(TaskContext task) {
    super(
        "stage "
            + task.stageId()
            + " was begun again after an executor was lost; its first attempt may still be sending,"
            + " and is awaited before the rest is delivered");
  }

  /**
   * Refuses to be part of a stage that was begun again.
   *
   * @throws StageRepeatedException if the task is
   */
  static void refuse(TaskContext task) {
    if (task.stageAttemptNumber() > 0) {
      throw new StageRepeatedException(task);
    }
  }

  /** Whether a job failed because of it. */
  static boolean causes(Throwable thrown) {
    return Causes.any(
        thrown,
        cause ->
            cause instanceof StageRepeatedException
                || (cause.getMessage() != null
                    && cause.getMessage().contains(StageRepeatedException.class.getName())));
  }
}
