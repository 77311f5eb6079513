/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.rehearse;

import io.backhaul.jobs.sync.RunReport;
import java.util.List;

/**
 * What a run would have done.
 *
 * @param run how it ended against the sandbox
 * @param requests that the sandbox was sent
 * @param refusals records that ended as dead letters, by reason, the most frequent first
 */
public record RehearsalReport(RunReport run, long requests, List<Refusal> refusals) {

  /**
   * Records that failed for one reason.
   *
   * @param stage {@code validation} or {@code destination}
   * @param field destination field at fault, or {@code null}
   */
  public record Refusal(String stage, String code, String field, String message, long records) {}

  public RehearsalReport {
    refusals = List.copyOf(refusals);
  }
}
