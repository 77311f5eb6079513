/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** {@code alerts} of {@code backhaul.yaml}. */
final class AlertReader {

  private static final String AT = "alerts.webhook";

  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** What it looks like. */
  static final Shape.Obj SHAPE =
      Shape.obj(
          Key.required(
              "webhook",
              Shape.obj(
                  Key.required(
                      "url",
                      Shape.secret(),
                      "A reference to the address, which is http or https. Whoever has it may post"
                          + " to it."),
                  Key.optional(
                      "timeout",
                      new Shape.Span(),
                      "5s",
                      "How long one of three attempts may take, 1m at most.")),
              "An address that takes JSON with a text, as Slack's incoming webhooks do."));

  private AlertReader() {}

  /** Nothing where the file does not ask for it, or a problem was found in it. */
  static Optional<AlertSpec> read(JsonNode root, Checks checks) {
    JsonNode webhook = root.path("alerts").path("webhook");
    if (!webhook.has("url") || !webhook.has("timeout")) {
      return Optional.empty();
    }
    Duration timeout = Duration.ofMillis(webhook.get("timeout").longValue());
    if (timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
      checks.problem(AT + ".timeout", "expected 1ms to 1m; 5s is usual");
      return Optional.empty();
    }
    Optional<URI> url = url(webhook.get("url").textValue());
    if (url.isEmpty()) {
      checks.problem(
          AT + ".url", "what it refers to is no http or https address; check what was set");
    }
    return url.map(address -> new AlertSpec(address, timeout));
  }

  private static Optional<URI> url(String text) {
    try {
      URI url = URI.create(text);
      boolean http = "http".equalsIgnoreCase(url.getScheme());
      boolean known = http || "https".equalsIgnoreCase(url.getScheme());
      return known && url.getHost() != null ? Optional.of(url) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
