/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** JSON values as texts that a database reads. */
final class Json {

  /**
   * Beyond so many zeros a number keeps its exponent: 1e999999999 would be a gigabyte of digits.
   */
  private static final int MOST_ZEROS = 1_000;

  private Json() {}

  /** A text as it is, a number in plain digits, and whatever holds other values as JSON. */
  static String text(JsonNode value) {
    if (value.isNumber()) {
      return number(value.decimalValue());
    }
    return value.isContainerNode() ? value.toString() : value.asText();
  }

  static String number(BigDecimal value) {
    return Math.abs((long) value.scale()) > MOST_ZEROS ? value.toString() : value.toPlainString();
  }
}
