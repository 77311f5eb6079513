/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import java.time.Instant;

/**
 * One run of one sync to its destination account, once it is due.
 *
 * @param sync what is to run
 * @param dueAt since when (UTC); names the job together with the sync
 */
public record Job(FleetSync sync, Instant dueAt) {}
