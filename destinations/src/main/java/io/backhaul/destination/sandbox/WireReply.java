/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * An answer and how it travels.
 *
 * @param status HTTP status
 * @param headers beside {@code Content-Length} and {@code Content-Type}
 * @param body text, sent as UTF-8
 * @param manner how its bytes travel
 * @param delay how long the server waits before the first byte
 */
public record WireReply(
    int status, Map<String, String> headers, String body, Manner manner, Duration delay) {

  public WireReply {
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(manner, "manner");
    Objects.requireNonNull(delay, "delay");
  }

  /** A whole answer without further headers. */
  public static WireReply of(int status, String body) {
    return of(status, Map.of(), body);
  }

  /** A whole answer. */
  public static WireReply of(int status, Map<String, String> headers, String body) {
    return new WireReply(status, headers, body, Manner.WHOLE, Duration.ZERO);
  }

  /** The same answer, travelling otherwise. */
  public WireReply travelling(Manner otherManner, Duration otherDelay) {
    return new WireReply(status, headers, body, otherManner, otherDelay);
  }
}
