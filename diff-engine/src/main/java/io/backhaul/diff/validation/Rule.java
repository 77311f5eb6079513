/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.validation;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/**
 * One thing that must hold of one destination field. Every rule but {@link Required} holds of null.
 */
public sealed interface Rule extends Serializable {

  /** Name in specs and in {@code dead_letters.rule}, for example {@code max_length}. */
  default String wireName() {
    return getClass().getSimpleName().replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** Not null and, if text, not blank. */
  record Required() implements Rule {}

  /** An address as the WHATWG's {@code input type=email} takes it. */
  record Email() implements Rule {}

  /**
   * A number that libphonenumber holds valid.
   *
   * @param region ISO 3166 country that numbers without {@code +} are read in, or {@code null}
   */
  record Phone(String region) implements Rule {}

  /** The whole text matches a Java regular expression. */
  record Regex(String pattern) implements Rule {}

  /** A number not below {@code bound}. */
  record Min(BigDecimal bound) implements Rule {}

  /** A number not above {@code bound}. */
  record Max(BigDecimal bound) implements Rule {}

  /** Text of at least so many characters. */
  record MinLength(int length) implements Rule {}

  /** Text of at most so many characters. */
  record MaxLength(int length) implements Rule {}

  /** One of the listed values, compared as text; in specs {@code enum}. */
  record OneOf(List<String> values) implements Rule {
    public OneOf {
      values = List.copyOf(values);
    }

    @Override
    public String wireName() {
      return "enum";
    }
  }

  /** A date or timestamp not before this day. */
  record NotBefore(LocalDate day) implements Rule {}

  /** A date or timestamp not after this day. */
  record NotAfter(LocalDate day) implements Rule {}

  /** A Spark SQL predicate over the source row; false or null fails. */
  record Expr(String predicate) implements Rule {}
}
