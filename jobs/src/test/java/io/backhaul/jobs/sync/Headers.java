/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.Map;

/** Run headers for tests. */
final class Headers {

  private Headers() {}

  static RunHeader header(String runId) {
    return new RunHeader(
        runId,
        "acme",
        "contacts",
        "crm",
        "contacts",
        "upsert",
        "manual",
        "2026-01-01T00:00:00Z",
        "snapshot",
        null,
        true,
        false,
        false,
        new RunHeader.PlannedCounts(3, 1, 2, 0, 0, 0, Map.of("upsert", 2L)),
        7L,
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
        false,
        true,
        null,
        null,
        "fingerprint",
        "",
        null,
        0,
        "at_least_once",
        "resend",
        false,
        0,
        Map.of(),
        Map.of("read", 0.25));
  }
}
