/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A complete HTTP answer of any status.
 *
 * @param headers names are case-insensitive
 * @param body never {@code null}; of an error answer only as much as the transport keeps
 * @param latency from the first byte sent to the last byte read
 */
@SuppressWarnings("ArrayRecordComponent") // not copied, never compared
public record HttpAnswer(int status, HttpHeaders headers, byte[] body, Duration latency) {

  public HttpAnswer {
    Objects.requireNonNull(headers, "headers");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(latency, "latency");
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** How far the server's clock is ahead of ours; zero if it sends no date. */
  public Duration ahead(Clock clock) {
    return header("Date")
        .map(String::strip)
        .map(RetryAfter::date)
        .map(date -> Duration.between(clock.instant(), date))
        .orElse(Duration.ZERO);
  }

  /** The body as UTF-8 text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Status and size only: vendors quote records in their answers. */
  @Override
  public String toString() {
    return "HttpAnswer[" + status + ", " + body.length + " bytes]";
  }
}
