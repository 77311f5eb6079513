/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

/**
 * Names an asynchronous job at the vendor; journaled, so that a crash resumes the job and does not
 * send it again.
 *
 * @param batchId the batch the job carries
 * @param value the vendor's id, opaque to everyone but the connector that made it
 */
public record JobHandle(String batchId, String value) {}
