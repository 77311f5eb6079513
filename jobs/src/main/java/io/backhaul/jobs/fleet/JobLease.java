/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;

/**
 * The right of one worker to run one job, until the worker has not been heard of for the term of a
 * lease.
 *
 * @param job what it may run
 * @param worker who may
 * @param epoch grows with every lease of a queue; of two leases of one job the greater one counts
 * @param circuit the circuit of the job's account as the run should find it
 * @param probe whether the run finds out if a destination that was broken works again
 */
public record JobLease(Job job, String worker, long epoch, CircuitReport circuit, boolean probe) {}
