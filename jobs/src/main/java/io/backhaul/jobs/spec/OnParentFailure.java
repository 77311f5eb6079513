/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

/** What a sync that follows others does when the run of one of them fails. */
public enum OnParentFailure {
  /** It waits for that sync's next run that succeeds. */
  STOP,
  /** It runs all the same. */
  GO_ON
}
