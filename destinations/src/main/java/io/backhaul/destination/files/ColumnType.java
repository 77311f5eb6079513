/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a column of a file holds.
 *
 * @param precision digits of a decimal, 0 for every other kind
 * @param scale of them after the point
 */
record ColumnType(Kind kind, int precision, int scale) {

  /** The kinds, by their names in a destination file. */
  enum Kind {
    STRING,
    LONG,
    DOUBLE,
    DECIMAL,
    BOOLEAN,
    DATE,
    TIMESTAMP,
    BINARY,
    JSON
  }

  static final ColumnType STRING = new ColumnType(Kind.STRING, 0, 0);

  /** As it stands in a destination file; ECMAScript reads it, too. */
  static final String REGEX =
      "string|long|double|boolean|date|timestamp|binary|json"
          + "|decimal\\((3[0-8]|[12]?[0-9]), ?(3[0-8]|[12]?[0-9])\\)";

  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+), ?(\\d+)\\)");

  /** Reads a text that {@link #REGEX} matches. */
  static ColumnType of(String text) {
    Matcher decimal = DECIMAL.matcher(text);
    return decimal.matches()
        ? new ColumnType(
            Kind.DECIMAL, Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)))
        : new ColumnType(Kind.valueOf(text.toUpperCase(Locale.ROOT)), 0, 0);
  }

  /**
   * The value as it goes into a typed file: a string, a long (of days or microseconds, too), a
   * double, a boolean, a decimal of this scale, or bytes.
   *
   * @throws BadValue if this type has no such value, digits that would be lost included
   */
  Object value(JsonNode node) throws BadValue {
    String text = text(node);
    try {
      return switch (kind) {
        case STRING -> text;
        case JSON -> node.toString();
        case LONG -> number(node).longValueExact();
        case DOUBLE -> finite(number(node).doubleValue());
        case BOOLEAN -> flag(text);
        case DATE -> (long) Math.toIntExact(LocalDate.parse(text).toEpochDay());
        case TIMESTAMP -> micros(text);
        case BINARY -> Base64.getDecoder().decode(text);
        case DECIMAL -> decimal(number(node));
      };
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw new BadValue("the value is no " + this);
    }
  }

  /** A text as it is, a number in plain digits, anything that holds other values as JSON. */
  static String text(JsonNode node) {
    if (node.isNumber()) {
      BigDecimal number = node.decimalValue();
      return Math.abs((long) number.scale()) > 1_000 ? number.toString() : number.toPlainString();
    }
    return node.isContainerNode() ? node.toString() : node.asText();
  }

  private static BigDecimal number(JsonNode node) {
    return node.isNumber() ? node.decimalValue() : new BigDecimal(node.asText("").strip());
  }

  private static double finite(double value) {
    if (Double.isInfinite(value)) {
      throw new ArithmeticException("too large");
    }
    return value;
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  /** A time without an offset is in UTC. */
  private static long micros(String text) {
    boolean zoned = text.matches(".*T.*(Z|[+-]\\d\\d:?\\d\\d)");
    Instant instant =
        zoned
            ? OffsetDateTime.parse(text).toInstant()
            : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    if (!instant.equals(instant.truncatedTo(ChronoUnit.MICROS))) {
      throw new ArithmeticException("finer than a microsecond");
    }
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private BigDecimal decimal(BigDecimal value) {
    BigDecimal scaled = value.setScale(scale, RoundingMode.UNNECESSARY);
    if (scaled.precision() > precision) {
      throw new ArithmeticException("too many digits");
    }
    return scaled;
  }

  @Override
  public String toString() {
    return kind == Kind.DECIMAL
        ? "decimal(" + precision + "," + scale + ")"
        : kind.name().toLowerCase(Locale.ROOT);
  }
}
