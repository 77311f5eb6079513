/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import io.backhaul.destination.config.Shape;
import java.util.LinkedHashSet;
import java.util.Set;

/** Says in words what a shape takes. */
final class Words {

  private Words() {}

  /** For example {@code a whole number from 1 to 1000}. */
  static String expected(Shape shape) {
    return String.join(" or ", alternatives(shape));
  }

  /** The words for each of the shapes it may have. */
  static Set<String> alternatives(Shape shape) {
    Set<String> words = new LinkedHashSet<>();
    if (shape instanceof Shape.AnyOf any) {
      any.shapes().forEach(inner -> words.addAll(alternatives(inner)));
    } else {
      words.add(single(shape));
    }
    return words;
  }

  /** Whether the value is at least of the right build: a mapping for a mapping. */
  static boolean fits(Shape shape, Yaml yaml) {
    if (shape instanceof Shape.AnyOf any) {
      return any.shapes().stream().anyMatch(inner -> fits(inner, yaml));
    }
    if (shape instanceof Shape.ListOf list) {
      return yaml instanceof Yaml.Items || fits(list.element(), yaml);
    }
    boolean mapping =
        shape instanceof Shape.Obj
            || shape instanceof Shape.MapOf
            || shape instanceof Shape.Variants;
    return mapping ? yaml instanceof Yaml.Fields : yaml instanceof Yaml.Single;
  }

  private static String single(Shape shape) {
    if (shape instanceof Shape.Pattern pattern) {
      return pattern.what();
    }
    if (shape instanceof Shape.Choice choice) {
      return (choice.words().size() == 1 ? "" : "one of ") + String.join(", ", choice.words());
    }
    if (shape instanceof Shape.Whole whole) {
      return "a whole number" + bounds(whole.min(), whole.max(), Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (shape instanceof Shape.Decimal decimal) {
      String min = text(decimal.min());
      String max = text(decimal.max());
      return "a number" + bounds(min, max, text(-Double.MAX_VALUE), text(Double.MAX_VALUE));
    }
    if (shape instanceof Shape.Flag) {
      return "true or false";
    }
    if (shape instanceof Shape.Span) {
      return "a duration such as 500ms, 10s, 5m, 1h or 1d";
    }
    if (shape instanceof Shape.Size) {
      return "a size such as 4096, 512KB or 1MB";
    }
    if (shape instanceof Shape.Url) {
      return "an http or https URL without user name and password";
    }
    if (shape instanceof Shape.Secret) {
      return "a secret reference such as ${env:NAME}";
    }
    if (shape instanceof Shape.ListOf) {
      return "a list";
    }
    if (shape instanceof Shape.Text) {
      return "a text";
    }
    return shape instanceof Shape.Scalar ? "a single value" : "a mapping";
  }

  private static String bounds(Object min, Object max, Object lowest, Object highest) {
    return (min.equals(lowest) ? "" : " from " + min) + (max.equals(highest) ? "" : " to " + max);
  }

  private static String text(double bound) {
    return bound == Math.rint(bound) && Math.abs(bound) < 1e15
        ? Long.toString((long) bound)
        : Double.toString(bound);
  }
}
