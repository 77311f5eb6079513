/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import io.backhaul.diff.change.Limit;

/**
 * A few operations of a plan go first, and the others only if these were taken.
 *
 * @param records how many go first
 * @param maxRejected how many of them the destination may reject
 */
public record CanarySpec(long records, Limit maxRejected) {}
