/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * A day of a fleet in a minute: the real calendar, queue, circuits and rate gates against a virtual
 * clock and made-up destinations. Reads no files and sends nothing.
 */
package io.backhaul.jobs.fleet.simulation;
