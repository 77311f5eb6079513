/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

/**
 * A guard that stops the run.
 *
 * @param guard the word {@code --accept} takes: {@code deletes}, {@code changes}, {@code
 *     source_rows}, {@code invalid}
 * @param allowed the bound as the spec writes it
 * @param seen rows that were counted
 * @param message what was seen, what is allowed, and how to let the run pass
 */
public record GuardViolation(String guard, String allowed, long seen, String message) {}
