/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

/** A run's job has ended, but tasks of it do not; its journal is settled by the next run. */
final class TasksStillSendingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TasksStillSendingException(String syncId, String runId) {
    super(
        "run "
            + runId
            + " of "
            + syncId
            + " was ended, but some of its tasks are still sending; its lease runs out within a"
            + " minute, and the next run settles what they journaled");
  }
}
