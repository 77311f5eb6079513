/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

/** What the source's database does so that fewer rows have to be read. */
public enum Pushdown {
  /** Nothing: every row is read. */
  NONE,
  /** It hashes its rows, and only those are read whose hash is another one. */
  HASH
}
