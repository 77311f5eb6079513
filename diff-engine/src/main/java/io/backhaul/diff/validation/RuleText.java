/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.validation;

/** What is said of a row that breaks a rule: a clause about the field, without its value. */
final class RuleText {

  private RuleText() {}

  static String message(Rule rule) {
    if (rule instanceof Rule.Required) {
      return "is missing";
    }
    if (rule instanceof Rule.Email) {
      return "is not an e-mail address";
    }
    if (rule instanceof Rule.Phone phone) {
      return phone.region() == null
          ? "is not a valid international phone number (it starts with + and the country)"
          : "is not a valid phone number, read in " + phone.region();
    }
    if (rule instanceof Rule.Regex regex) {
      return "does not match " + regex.pattern();
    }
    if (rule instanceof Rule.Min min) {
      return "is below " + min.bound().toPlainString();
    }
    if (rule instanceof Rule.Max max) {
      return "is above " + max.bound().toPlainString();
    }
    if (rule instanceof Rule.MinLength min) {
      return "is shorter than " + min.length() + " characters";
    }
    if (rule instanceof Rule.MaxLength max) {
      return "is longer than " + max.length() + " characters";
    }
    if (rule instanceof Rule.OneOf one) {
      return "is not one of " + String.join(", ", one.values());
    }
    if (rule instanceof Rule.NotBefore day) {
      return "is before " + day.day();
    }
    if (rule instanceof Rule.NotAfter day) {
      return "is after " + day.day();
    }
    return "does not satisfy " + ((Rule.Expr) rule).predicate();
  }
}
