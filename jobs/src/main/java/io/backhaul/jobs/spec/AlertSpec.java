/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * Where people are told of what needs them.
 *
 * @param webhook http or https address that alerts are posted to; secret
 * @param timeout how long one attempt may take
 */
public record AlertSpec(URI webhook, Duration timeout) {

  public AlertSpec {
    Objects.requireNonNull(webhook, "webhook");
    Objects.requireNonNull(timeout, "timeout");
  }

  /** Shows no secret: whoever has the whole address may post to it. */
  @Override
  public String toString() {
    return "AlertSpec[" + webhook.getHost() + "]";
  }
}
