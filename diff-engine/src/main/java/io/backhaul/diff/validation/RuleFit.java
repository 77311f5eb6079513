/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.validation;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Whether a rule can be asked of a field, before any row is read. */
public final class RuleFit {

  private RuleFit() {}

  /** What is wrong with asking {@code rule} of values of {@code type}; nothing if it fits. */
  public static Optional<Misfit> misfit(Rule rule, DataType type) {
    Optional<Misfit> inItself = inItself(rule);
    return inItself.isPresent() || type instanceof NullType ? inItself : onType(rule, type);
  }

  private static Optional<Misfit> inItself(Rule rule) {
    if (rule instanceof Rule.Regex regex) {
      return regex(regex.pattern());
    }
    if (rule instanceof Rule.Phone phone && phone.region() != null) {
      SortedSet<String> regions =
          new TreeSet<>(PhoneNumberUtil.getInstance().getSupportedRegions());
      return regions.contains(phone.region())
          ? Optional.empty()
          : Optional.of(
              new Misfit(
                  "`" + phone.region() + "` is not a region; write an ISO 3166 code such as US",
                  likely(phone.region(), regions)));
    }
    if (rule instanceof Rule.OneOf one && one.values().isEmpty()) {
      return misfit("enum lists no value, so nothing could pass; list the valid ones");
    }
    if (rule instanceof Rule.MaxLength max && max.length() < 0) {
      return misfit("max_length is negative, so nothing could pass");
    }
    return Optional.empty();
  }

  private static Optional<Misfit> regex(String pattern) {
    try {
      Pattern.compile(pattern);
      return Optional.empty();
    } catch (PatternSyntaxException e) {
      return misfit(
          "`"
              + pattern
              + "` is not a Java regular expression: "
              + e.getDescription()
              + (e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1)));
    }
  }

  private static List<String> likely(String region, SortedSet<String> regions) {
    String upper = region.toUpperCase(java.util.Locale.ROOT);
    if (regions.contains(upper)) {
      return List.of(upper);
    }
    return upper.equals("UK") ? List.of("GB") : List.of();
  }

  private static Optional<Misfit> onType(Rule rule, DataType type) {
    if (rule instanceof Rule.Required || rule instanceof Rule.Expr) {
      return Optional.empty();
    }
    if (rule instanceof Rule.Min || rule instanceof Rule.Max) {
      return needs(type instanceof NumericType, rule, "a number", type);
    }
    if (rule instanceof Rule.NotBefore || rule instanceof Rule.NotAfter) {
      boolean fits =
          type instanceof DateType
              || type instanceof TimestampType
              || type instanceof TimestampNTZType;
      return needs(fits, rule, "a date or timestamp", type);
    }
    if (rule instanceof Rule.OneOf) {
      boolean fits =
          type instanceof StringType
              || type instanceof IntegralType
              || type instanceof DecimalType
              || type instanceof BooleanType
              || type instanceof DateType;
      return needs(fits, rule, "a text, whole number, decimal, boolean or date", type);
    }
    return needs(type instanceof StringType, rule, "a text", type);
  }

  private static Optional<Misfit> needs(boolean fits, Rule rule, String wanted, DataType type) {
    return fits
        ? Optional.empty()
        : misfit(
            rule.wireName()
                + " needs "
                + wanted
                + ", but the field is a "
                + type.simpleString()
                + "; cast it with `expr` in the mapping, or drop the rule");
  }

  private static Optional<Misfit> misfit(String problem) {
    return Optional.of(Misfit.of(problem));
  }
}
