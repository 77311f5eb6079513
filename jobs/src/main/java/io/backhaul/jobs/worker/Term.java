/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import java.time.Duration;

/** For how long a worker takes jobs. What it has begun it ends in any case. */
public sealed interface Term {

  /** Until nothing is left that was due or follows from it; no sync runs twice. */
  record Once() implements Term {}

  /** For so long. */
  record For(Duration duration) implements Term {}

  /** Until it is told to stop. */
  record Endless() implements Term {}
}
