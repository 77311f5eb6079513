/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * Where runs are told of, as OpenLineage run events.
 *
 * @param endpoint http or https address that events are posted to
 * @param apiKey bearer token, or {@code null}; secret
 * @param timeout how long a run waits, at its end and in total, until its events are taken
 * @param namespace of the jobs, one for each sync
 */
public record LineageSpec(URI endpoint, String apiKey, Duration timeout, String namespace) {

  public LineageSpec {
    Objects.requireNonNull(endpoint, "endpoint");
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(namespace, "namespace");
  }

  /** Shows no secret: an address may hold one, too. */
  @Override
  public String toString() {
    return "LineageSpec[" + endpoint.getHost() + "]";
  }
}
