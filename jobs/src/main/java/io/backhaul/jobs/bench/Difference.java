/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

/**
 * What a diff found.
 *
 * @param upserts rows that are new or changed
 * @param deletes rows that left
 * @param upsertIds sum of the ids of the upserts
 * @param deleteIds sum of the ids of the deletes
 */
record Difference(long upserts, long deletes, long upsertIds, long deleteIds) {

  @Override
  public String toString() {
    return "%d upserts (ids add up to %d), %d deletes (%d)"
        .formatted(upserts, upsertIds, deletes, deleteIds);
  }
}
