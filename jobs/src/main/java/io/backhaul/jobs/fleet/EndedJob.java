/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import java.time.Instant;

/**
 * A job that a worker has run.
 *
 * @param startedAt when the run began to read its source (UTC)
 * @param sourceVersion version of the source that it read, {@code null} where there is none
 * @param error why it was not done, redacted, or {@code null}
 */
public record EndedJob(
    JobLease lease, JobEnd end, Instant startedAt, String sourceVersion, String error) {}
