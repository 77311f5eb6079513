/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Rule;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.StreamSupport;

/** Reads {@code validate}. */
final class RuleReader {

  private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

  private final Checks checks;
  private final Set<String> functions;

  /**
   * @param functions that are not Spark's own and expressions may use all the same
   */
  RuleReader(Checks checks, Set<String> functions) {
    this.checks = checks;
    this.functions = functions;
  }

  /** The rules in the order of the file, as far as they are right. */
  List<FieldRule> read(JsonNode validate) {
    List<FieldRule> rules = new ArrayList<>();
    if (validate == null) {
      return rules;
    }
    validate
        .fields()
        .forEachRemaining(
            entry -> {
              String path = "validate." + entry.getKey();
              MappingReader.checkMapped(checks, path, entry.getKey());
              List<Rule> ofField = new ArrayList<>();
              for (int i = 0; i < entry.getValue().size(); i++) {
                String item = path + "[" + i + "]";
                String at = checks.marks().has(item) ? item : path;
                ofField.addAll(rules(at, entry.getValue().get(i)));
              }
              checkBounds(path, ofField);
              ofField.forEach(rule -> rules.add(new FieldRule(entry.getKey(), rule)));
            });
    return rules;
  }

  private List<Rule> rules(String path, JsonNode given) {
    List<Rule> rules = new ArrayList<>();
    if (given.isTextual()) {
      switch (given.textValue()) {
        case "required" -> rules.add(new Rule.Required());
        case "email" -> rules.add(new Rule.Email());
        default -> rules.add(new Rule.Phone(null));
      }
    } else {
      given
          .fields()
          .forEachRemaining(
              rule -> add(rules, path + "." + rule.getKey(), rule.getKey(), rule.getValue()));
    }
    return rules;
  }

  private void add(List<Rule> rules, String path, String name, JsonNode value) {
    switch (name) {
      case "required" -> flag(value, new Rule.Required()).ifPresent(rules::add);
      case "email" -> flag(value, new Rule.Email()).ifPresent(rules::add);
      case "phone" -> rules.add(new Rule.Phone(country(path, value.textValue())));
      case "regex" -> rules.add(new Rule.Regex(regex(path, value.textValue())));
      case "min" -> rules.add(new Rule.Min(number(value)));
      case "max" -> rules.add(new Rule.Max(number(value)));
      case "min_length" -> rules.add(new Rule.MinLength(value.intValue()));
      case "max_length" -> rules.add(new Rule.MaxLength(value.intValue()));
      case "enum" -> rules.add(new Rule.OneOf(words(path, value)));
      case "not_before" -> day(path, value).map(Rule.NotBefore::new).ifPresent(rules::add);
      case "not_after" -> day(path, value).map(Rule.NotAfter::new).ifPresent(rules::add);
      case "date_range" -> {
        day(path + ".from", value.get("from")).map(Rule.NotBefore::new).ifPresent(rules::add);
        day(path + ".to", value.get("to")).map(Rule.NotAfter::new).ifPresent(rules::add);
      }
      case "expr" -> {
        MappingReader.checkExpression(checks, path, value.textValue(), functions);
        rules.add(new Rule.Expr(value.textValue()));
      }
      default -> throw new IllegalStateException("no rule reads " + path);
    }
  }

  private static Optional<Rule> flag(JsonNode value, Rule rule) {
    return value.booleanValue() ? Optional.of(rule) : Optional.empty();
  }

  private String country(String path, String region) {
    if (!COUNTRIES.contains(region)) {
      checks.problem(path, "is not an ISO 3166 country such as GB");
    }
    return region;
  }

  private String regex(String path, String regex) {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      String place = e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1);
      checks.problem(path, "is not a regular expression: " + e.getDescription() + place);
    }
    return regex;
  }

  private List<String> words(String path, JsonNode values) {
    List<String> words =
        StreamSupport.stream(values.spliterator(), false).map(JsonNode::textValue).toList();
    if (words.isEmpty() && !checks.hasProblem(path)) {
      checks.problem(path, "needs at least one value");
    }
    return words;
  }

  private Optional<LocalDate> day(String path, JsonNode value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(value.textValue()));
    } catch (DateTimeParseException e) {
      checks.problem(path, "there is no such day");
      return Optional.empty();
    }
  }

  private static BigDecimal number(JsonNode value) {
    return value.isLong()
        ? BigDecimal.valueOf(value.longValue())
        : BigDecimal.valueOf(value.doubleValue());
  }

  /** Rules that no value can meet together are a slip. */
  private void checkBounds(String path, List<Rule> rules) {
    for (Rule low : rules) {
      for (Rule high : rules) {
        if (excludes(low, high)) {
          checks.problem(path, "no value meets both " + low.wireName() + " and " + high.wireName());
        }
      }
    }
  }

  private static boolean excludes(Rule low, Rule high) {
    if (low instanceof Rule.Min min && high instanceof Rule.Max max) {
      return min.bound().compareTo(max.bound()) > 0;
    }
    if (low instanceof Rule.MinLength min && high instanceof Rule.MaxLength max) {
      return min.length() > max.length();
    }
    return low instanceof Rule.NotBefore from
        && high instanceof Rule.NotAfter to
        && from.day().isAfter(to.day());
  }
}
