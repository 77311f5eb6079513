/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.List;

/**
 * What whoever makes the source says of it, besides its rows.
 *
 * @param failures why a run is to stop before it reads, each a sentence
 * @param warnings what somebody should know, each a sentence
 */
public record Upstream(List<String> failures, List<String> warnings) {

  /** Nobody says anything. */
  static final Upstream SILENT = new Upstream(List.of(), List.of());

  public Upstream {
    failures = List.copyOf(failures);
    warnings = List.copyOf(warnings);
  }
}
