/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.config.Shape;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The canonical form of single values that hold no reference. */
final class SingleValues {

  /** How a duration is written. */
  static final String SPAN = "([0-9]{1,9})(ms|s|m|h|d)";

  /** How a size is written, unless as a plain number of bytes. */
  static final String SIZE = "(0*[1-9][0-9]{0,8})([kKmMgG]?[bB])";

  /** How an http or https URL without user information begins and goes on. */
  static final String URL = "https?://[^@/?#\\s]+([/?#]\\S*)?";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern SPAN_PATTERN = Pattern.compile(SPAN);
  private static final Pattern SIZE_PATTERN = Pattern.compile(SIZE);
  private static final Pattern URL_PATTERN = Pattern.compile(URL);
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");

  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final Map<String, Long> BYTES =
      Map.of("b", 1L, "kb", 1L << 10, "mb", 1L << 20, "gb", 1L << 30);

  private SingleValues() {}

  /** The canonical form; empty if the value does not have the shape. */
  static Optional<JsonNode> read(Shape shape, Yaml.Single single) {
    String text = single.text();
    if (shape instanceof Shape.Pattern pattern) {
      boolean matches = single.kind() == Yaml.Kind.TEXT && text.matches(pattern.regex());
      return matches ? Optional.of(JSON.textNode(text)) : Optional.empty();
    }
    if (shape instanceof Shape.Choice choice) {
      return choice.words().contains(text) ? Optional.of(JSON.textNode(text)) : Optional.empty();
    }
    if (shape instanceof Shape.Flag) {
      return single.kind() == Yaml.Kind.FLAG ? Optional.of(flag(text)) : Optional.empty();
    }
    if (shape instanceof Shape.Whole whole) {
      return whole(single)
          .filter(value -> value >= whole.min() && value <= whole.max())
          .map(JSON::numberNode);
    }
    if (shape instanceof Shape.Decimal decimal) {
      return decimal(single)
          .filter(value -> value >= decimal.min() && value <= decimal.max())
          .map(JSON::numberNode);
    }
    if (shape instanceof Shape.Span) {
      return measured(SPAN_PATTERN.matcher(text), MILLIS).map(JSON::numberNode);
    }
    if (shape instanceof Shape.Size) {
      return whole(single)
          .or(() -> measured(SIZE_PATTERN.matcher(text.toLowerCase(Locale.ROOT)), BYTES))
          .filter(value -> value > 0)
          .map(JSON::numberNode);
    }
    if (shape instanceof Shape.Scalar) {
      boolean odd = single.kind() == Yaml.Kind.WHOLE && whole(single).isEmpty();
      return odd ? Optional.empty() : Optional.of(plain(single));
    }
    return Optional.empty();
  }

  /** Whether it is an absolute http or https URL with a host and no user information. */
  static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return URL_PATTERN.matcher(text).matches() && uri.getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** The JSON value that it stands for; a number that JSON cannot write so is left a text. */
  static JsonNode plain(Yaml.Single single) {
    return switch (single.kind()) {
      case NOTHING -> JSON.nullNode();
      case FLAG -> flag(single.text());
      case WHOLE -> whole(single).<JsonNode>map(JSON::numberNode).orElse(text(single));
      case DECIMAL -> decimal(single).<JsonNode>map(JSON::numberNode).orElse(text(single));
      case TEXT -> text(single);
    };
  }

  private static JsonNode text(Yaml.Single single) {
    return JSON.textNode(single.text());
  }

  private static JsonNode flag(String text) {
    return JSON.booleanNode(text.equalsIgnoreCase("true"));
  }

  /** Empty for octal and hexadecimal numbers, and for those that a long cannot hold. */
  private static Optional<Long> whole(Yaml.Single single) {
    if (single.kind() != Yaml.Kind.WHOLE || !WHOLE.matcher(single.text()).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.valueOf(single.text()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Double> decimal(Yaml.Single single) {
    boolean number =
        single.kind() == Yaml.Kind.DECIMAL
            || (single.kind() == Yaml.Kind.WHOLE && WHOLE.matcher(single.text()).matches());
    return number && single.text().matches("[-+.0-9eE]+")
        ? Optional.of(Double.valueOf(single.text())).filter(Double::isFinite)
        : Optional.empty();
  }

  private static Optional<Long> measured(Matcher matcher, Map<String, Long> units) {
    return matcher.matches()
        ? Optional.of(Long.parseLong(matcher.group(1)) * units.get(matcher.group(2)))
        : Optional.empty();
  }
}
