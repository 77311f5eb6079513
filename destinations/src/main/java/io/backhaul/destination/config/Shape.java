/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.config;

import java.util.List;

/**
 * What a configuration value looks like. Specs are read, checked, documented and given a JSON
 * Schema from these definitions alone, so that the four cannot disagree.
 *
 * <p>Canonical form, as {@code DestinationConfig.properties} and the sync spec see it: {@link
 * Text}, {@link Pattern}, {@link Choice} and {@link Secret} a string, {@link Whole} a long, {@link
 * Decimal} a double, {@link Flag} a boolean, {@link Span} a long of milliseconds, {@link Size} a
 * long of bytes, {@link ListOf} an array, {@link MapOf}, {@link Obj} and {@link Variants} an
 * object, {@link Scalar} the value as it stands, {@link AnyOf} whatever its matching shape gives.
 */
public sealed interface Shape {

  /**
   * Any text; a number or boolean in YAML is taken as its text. {@code ${env:…}}, {@code ${file:…}}
   * and {@code ${hadoop:…}} in it are resolved.
   */
  record Text() implements Shape {}

  /**
   * A text of a given form, taken as it is: a secret reference in it is an error.
   *
   * @param regex what the whole text matches, in the syntax that Java and ECMAScript share
   * @param what the form in words, for example {@code a share such as 10%}
   */
  record Pattern(String regex, String what) implements Shape {}

  /** Any single value, null included, taken as it is: a secret reference in it is an error. */
  record Scalar() implements Shape {}

  /**
   * A text that is sensitive: only {@code ${env:…}}, {@code ${file:…}} and {@code ${hadoop:…}} name
   * it; a literal is an error.
   */
  record Secret() implements Shape {}

  /** A whole number between two bounds, both included. */
  record Whole(long min, long max) implements Shape {}

  /** A number between two bounds, both included. */
  record Decimal(double min, double max) implements Shape {}

  /** {@code true} or {@code false}. */
  record Flag() implements Shape {}

  /** A duration such as {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h}, {@code 1d}. */
  record Span() implements Shape {}

  /** A number of bytes such as {@code 1MB}, {@code 512KB}, {@code 4096}; powers of 1,024. */
  record Size() implements Shape {}

  /** One of a few words. */
  record Choice(List<String> words) implements Shape {
    public Choice {
      words = List.copyOf(words);
    }
  }

  /** A list; a single value stands for a list of one. */
  record ListOf(Shape element) implements Shape {}

  /** A mapping with names of the user's own. */
  record MapOf(Shape value) implements Shape {}

  /** A mapping with the given keys and no others. */
  record Obj(List<Key> keys) implements Shape {
    public Obj {
      keys = List.copyOf(keys);
    }
  }

  /**
   * A mapping whose keys depend on the word that stands under one of them.
   *
   * @param tag the key that holds the word; it stays in the canonical form
   */
  record Variants(String tag, List<Case> cases) implements Shape {
    public Variants {
      cases = List.copyOf(cases);
    }
  }

  /** What may stand beside one word of a {@link Variants}, its tag left out. */
  record Case(String word, Obj shape) {}

  /** An absolute http or https URL without user information. */
  record Url() implements Shape {}

  /** The first of several shapes that the value has. */
  record AnyOf(List<Shape> shapes) implements Shape {
    public AnyOf {
      shapes = List.copyOf(shapes);
    }
  }

  static Text text() {
    return new Text();
  }

  static Secret secret() {
    return new Secret();
  }

  static Choice choice(String... words) {
    return new Choice(List.of(words));
  }

  static Obj obj(Key... keys) {
    return new Obj(List.of(keys));
  }
}
