/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

/**
 * What happens, after a crash or a lost answer, to a record that may or may not have been applied
 * and that the destination would apply twice.
 */
public enum OnInDoubt {
  /** It is sent again: never lost, perhaps there twice. */
  RESEND,
  /** It becomes a dead letter for a person to judge: never there twice. */
  DEAD_LETTER
}
