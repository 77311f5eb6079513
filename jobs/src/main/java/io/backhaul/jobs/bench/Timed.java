/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

/**
 * Work that was done.
 *
 * @param lap what it took
 * @param answer what came of it; {@code null} where it answers no question
 */
record Timed<T>(Lap lap, T answer) {}
