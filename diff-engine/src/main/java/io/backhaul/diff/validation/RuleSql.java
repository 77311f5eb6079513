/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.validation;

import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.udf;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;

/** Rules as predicates that are true of a value that breaks them. */
final class RuleSql {

  /** The HTML Standard's own pattern, "valid e-mail address" in section 4.10.5.1.5. */
  private static final String EMAIL =
      "^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
          + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\\z";

  /**
   * 64 and 255 with the sign between them (RFC 5321, 4.5.3.1); keeps the pattern's cost bounded.
   */
  private static final int LONGEST_EMAIL = 320;

  private RuleSql() {}

  /** Null, or text in which no character is visible. */
  static Column missing(Column value, DataType type) {
    return type instanceof StringType
        ? value.isNull().or(not(value.rlike("(?U)\\S")))
        : value.isNull();
  }

  /** True of a value that is not null and breaks a rule that fits its type. */
  static Column broken(Rule rule, Column value, DataType type) {
    if (rule instanceof Rule.Email) {
      return length(value).gt(LONGEST_EMAIL).or(not(value.rlike(EMAIL)));
    }
    if (rule instanceof Rule.Phone phone) {
      return not(udf(new ValidPhone(phone.region()), DataTypes.BooleanType).apply(value));
    }
    if (rule instanceof Rule.Regex regex) {
      return not(udf(new WholeMatch(regex.pattern()), DataTypes.BooleanType).apply(value));
    }
    if (rule instanceof Rule.Min min) {
      return value.lt(bound(min.bound(), type, RoundingMode.CEILING));
    }
    if (rule instanceof Rule.Max max) {
      return value.gt(bound(max.bound(), type, RoundingMode.FLOOR));
    }
    if (rule instanceof Rule.MinLength min) {
      return length(value).lt(min.length());
    }
    if (rule instanceof Rule.MaxLength max) {
      return length(value).gt(max.length());
    }
    if (rule instanceof Rule.OneOf one) {
      return not(value.cast(DataTypes.StringType).isin(one.values().toArray()));
    }
    if (rule instanceof Rule.NotBefore day) {
      return value.lt(start(day.day(), type));
    }
    if (rule instanceof Rule.NotAfter day) {
      return value.geq(start(day.day().plusDays(1), type));
    }
    throw new IllegalArgumentException("evaluated elsewhere: " + rule.wireName());
  }

  /**
   * The nearest bound that the type can say, on the side that changes no answer: Spark would
   * otherwise compare in a common type, and lose digits.
   */
  private static Column bound(BigDecimal bound, DataType type, RoundingMode towards) {
    if (type instanceof DoubleType || type instanceof FloatType) {
      double nearest = bound.doubleValue();
      if (Double.isInfinite(nearest)) {
        return lit(nearest);
      }
      int side = new BigDecimal(nearest).compareTo(bound);
      if (towards == RoundingMode.CEILING && side < 0) {
        nearest = Math.nextUp(nearest);
      } else if (towards == RoundingMode.FLOOR && side > 0) {
        nearest = Math.nextDown(nearest);
      }
      return lit(nearest);
    }
    int scale = type instanceof DecimalType decimal ? decimal.scale() : 0;
    BigDecimal rounded = bound.setScale(scale, towards);
    if (rounded.precision() > DecimalType.MAX_PRECISION()) {
      BigDecimal most = BigDecimal.TEN.pow(DecimalType.MAX_PRECISION()).subtract(BigDecimal.ONE);
      rounded = most.multiply(BigDecimal.valueOf(bound.signum())).movePointLeft(scale);
    }
    return lit(rounded);
  }

  /** The first moment of a day, in UTC where the type has a zone. */
  private static Column start(LocalDate day, DataType type) {
    if (type instanceof DateType) {
      return lit(day);
    }
    return type instanceof TimestampNTZType
        ? lit(day.atStartOfDay())
        : lit(day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }
}
