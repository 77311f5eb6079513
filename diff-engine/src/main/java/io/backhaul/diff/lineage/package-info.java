/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Where rows come from: the tables behind them, and the columns behind each column. */
package io.backhaul.diff.lineage;
