/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What is asked of a Delta table's log, and commits that are fenced by it, in two ways: by Delta's
 * own classes, which only {@code internal} links, where a question takes milliseconds; and by what
 * Delta offers to everybody, where it takes a small Spark job, for builds of Delta that have other
 * classes, as Databricks' has. Both sources and the ledger's tables stand on it.
 */
package io.backhaul.diff.delta;
