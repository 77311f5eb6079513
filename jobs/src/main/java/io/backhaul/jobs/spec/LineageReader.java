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
import java.util.Set;

/** {@code lineage} of {@code backhaul.yaml}. */
final class LineageReader {

  private static final String AT = "lineage.openlineage";

  /** A run must not be held up for long by whoever only watches. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  /** What it looks like. */
  static final Shape.Obj SHAPE =
      Shape.obj(
          Key.required(
              "openlineage",
              Shape.obj(
                  Key.required(
                      "url", new Shape.Url(), "Address of the server; https if there is a key."),
                  Key.optional(
                      "endpoint",
                      new Shape.Pattern("/[^?#\\s]*", "a path such as /api/v1/lineage"),
                      "/api/v1/lineage",
                      "Path of the server that takes events."),
                  Key.optional(
                      "api_key", Shape.secret(), "A reference to the key, sent as bearer token."),
                  Key.optional(
                      "timeout",
                      new Shape.Span(),
                      "5s",
                      "The longest that a run waits at its end for its events to be taken, 1m at"
                          + " most."),
                  Key.optional(
                      "namespace",
                      new Shape.Pattern("\\S(.*\\S)?", "a name"),
                      "backhaul",
                      "Namespace of the jobs, one for each sync.")),
              "An OpenLineage server."));

  private LineageReader() {}

  /** Nothing where the file does not ask for it, or a problem was found in it. */
  static Optional<LineageSpec> read(JsonNode root, Checks checks) {
    JsonNode server = root.path("lineage").path("openlineage");
    if (!server.has("url")
        || !server.has("endpoint")
        || !server.has("timeout")
        || !server.has("namespace")) {
      return Optional.empty();
    }
    URI url = URI.create(server.get("url").textValue());
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      checks.problem(AT + ".url", "ends before ? and #; leave out what follows");
      return Optional.empty();
    }
    Duration timeout = Duration.ofMillis(server.get("timeout").longValue());
    if (timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
      checks.problem(
          AT + ".timeout", "expected 1ms to 1m: so long may a run wait at its end; 5s is usual");
    }
    String key = server.path("api_key").textValue();
    if (key != null && !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      checks.problem(
          AT + ".api_key", "the key holds a character that no header can; check what was set");
    }
    if (key != null
        && url.getScheme().equalsIgnoreCase("http")
        && !THIS_MACHINE.contains(url.getHost())) {
      checks.problem(
          AT + ".url",
          "plain http would show api_key to the network; write https, or leave it out");
    }
    String base = url.toString().replaceFirst("/+$", "");
    return Optional.of(
        new LineageSpec(
            URI.create(base + server.get("endpoint").textValue()),
            key,
            timeout,
            server.get("namespace").textValue()));
  }
}
