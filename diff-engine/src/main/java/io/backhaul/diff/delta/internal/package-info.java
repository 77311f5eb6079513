/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * All that links {@code org.apache.spark.sql.delta}. Nothing else may depend on this package: it is
 * loaded by name where Delta's own classes are there.
 */
package io.backhaul.diff.delta.internal;
