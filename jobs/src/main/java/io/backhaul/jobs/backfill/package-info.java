/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Sending rows again that are delivered already, piece by piece beside the regular runs. */
package io.backhaul.jobs.backfill;
