/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import java.time.Instant;

/**
 * A destination account whose jobs wait for its circuit.
 *
 * @param account {@code tenant/destination}
 * @param jobs how many wait
 * @param reason code of the last failed call
 * @param until when the first of them is started, to see whether the destination works again (UTC)
 */
public record HeldAccount(String account, int jobs, String reason, Instant until) {}
