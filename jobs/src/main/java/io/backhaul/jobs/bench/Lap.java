/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

/**
 * What one piece of work took.
 *
 * @param seconds wall time
 * @param cpuSeconds of this process, all threads
 * @param peakHeapBytes sum of the heap pools' peaks: the heap held at most so much
 * @param shuffledBytes written to Spark's shuffles
 */
record Lap(double seconds, double cpuSeconds, long peakHeapBytes, long shuffledBytes) {}
