/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Applications of a fleet: they take jobs from the ledger's table {@code queue} as {@code
 * io.backhaul.jobs.fleet} decides, and run syncs with Spark.
 */
package io.backhaul.jobs.worker;
