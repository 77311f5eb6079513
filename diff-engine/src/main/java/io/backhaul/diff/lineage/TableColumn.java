/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.lineage;

/** A column of a table that is read. */
public record TableColumn(ReadTable table, String column) {}
