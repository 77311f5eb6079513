/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

/**
 * Of how many seconds half, 95 and 99 of a hundred changes were delivered after they were made.
 *
 * @param p50 seconds
 * @param p95 seconds
 * @param p99 seconds
 */
public record Percentiles(long p50, long p95, long p99) {}
