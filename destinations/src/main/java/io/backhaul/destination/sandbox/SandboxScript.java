/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * How the sandbox behaves. As JSON, the form in which it is posted to {@code /sandbox/script}:
 *
 * <pre>{@code
 * {"latency": "20ms",
 *  "faults": [{"fault": "throttle", "for": "3s", "after": 10}, {"fault": "reset_after_apply", "times": 2}],
 *  "rejections": [{"object": "contacts", "field": "email", "unless": "^[^@]+@[^@]+$",
 *                  "code": "INVALID_EMAIL", "message": "not an e-mail address"}]}
 * }</pre>
 *
 * @param latency how long every answer takes at the least
 * @param faults of several that apply to a request the first is met
 * @param rejections of several that apply to a record the first is answered
 */
public record SandboxScript(Duration latency, List<Fault> faults, List<Rejection> rejections) {

  /** Nothing goes wrong. */
  public static final SandboxScript FAULTLESS =
      new SandboxScript(Duration.ZERO, List.of(), List.of());

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern SPAN = Pattern.compile("(\\d{1,9})(ms|s|m)");

  public SandboxScript {
    faults = List.copyOf(faults);
    rejections = List.copyOf(rejections);
    if (latency.isNegative()) {
      throw new IllegalArgumentException("a latency is not negative: " + latency);
    }
  }

  /** The same with another latency. */
  public SandboxScript taking(Duration otherLatency) {
    return new SandboxScript(otherLatency, faults, rejections);
  }

  /** The same with one more fault. */
  public SandboxScript with(Fault fault) {
    return new SandboxScript(
        latency, Stream.concat(faults.stream(), Stream.of(fault)).toList(), rejections);
  }

  /** The same with one more rejection. */
  public SandboxScript with(Rejection rejection) {
    return new SandboxScript(
        latency, faults, Stream.concat(rejections.stream(), Stream.of(rejection)).toList());
  }

  /**
   * Reads a script.
   *
   * @throws IllegalArgumentException if it is not one, saying what is wrong
   */
  public static SandboxScript parse(String json) {
    JsonNode script;
    try {
      script = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the script is not JSON: " + e.getOriginalMessage(), e);
    }
    only(script, "latency", "faults", "rejections");
    List<Fault> faults = new ArrayList<>();
    for (JsonNode fault : script.path("faults")) {
      only(fault, "fault", "after", "times", "for");
      Duration lasting = span(fault.path("for"));
      faults.add(
          new Fault(
              Fault.Kind.ofWireName(fault.path("fault").asText()),
              fault.path("after").asInt(0),
              fault.path("times").asInt(lasting.isZero() ? 1 : 0),
              lasting));
    }
    List<Rejection> rejections = new ArrayList<>();
    for (JsonNode rejection : script.path("rejections")) {
      rejections.add(rejection(rejection));
    }
    return new SandboxScript(span(script.path("latency")), faults, rejections);
  }

  private static Rejection rejection(JsonNode rejection) {
    only(rejection, "object", "field", "when", "unless", "code", "message");
    if (!rejection.hasNonNull("field") || rejection.has("when") == rejection.has("unless")) {
      throw new IllegalArgumentException("a rejection names a field, and either when or unless");
    }
    try {
      return new Rejection(
          rejection.hasNonNull("object") ? rejection.get("object").asText() : null,
          rejection.get("field").asText(),
          Pattern.compile(rejection.path(rejection.has("when") ? "when" : "unless").asText()),
          rejection.has("when"),
          rejection.path("code").asText("INVALID_VALUE"),
          rejection.path("message").asText("the value is not acceptable"));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("not a regular expression: " + e.getDescription(), e);
    }
  }

  private static Duration span(JsonNode text) {
    if (text.isMissingNode()) {
      return Duration.ZERO;
    }
    Matcher matcher = SPAN.matcher(text.asText());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text.asText() + "' is not a duration: write 500ms, 3s or 1m");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  private static void only(JsonNode object, String... known) {
    if (!object.isObject()) {
      throw new IllegalArgumentException("expected a JSON object with " + String.join(", ", known));
    }
    Set<String> unknown = new TreeSet<>();
    object.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(Set.of(known));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown " + String.join(", ", unknown) + "; there are " + String.join(", ", known));
    }
  }
}
