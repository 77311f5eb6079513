/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

/** A column of a file. */
record Column(String name, ColumnType type) {}
