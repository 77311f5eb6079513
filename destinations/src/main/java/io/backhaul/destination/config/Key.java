/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.config;

import java.util.Objects;

/**
 * One key of a configuration file.
 *
 * @param name as written in YAML
 * @param shape what its value looks like
 * @param required whether the file is wrong without it
 * @param fallback the value taken where the key is absent, in the shape's YAML form; {@code null}
 *     where there is none
 * @param doc one sentence for the reference and for editors
 */
public record Key(String name, Shape shape, boolean required, String fallback, String doc) {

  public Key {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(doc, "doc");
    if (required && fallback != null) {
      throw new IllegalArgumentException(name + ": a required key has no fallback");
    }
  }

  /** A key that must be there. */
  public static Key required(String name, Shape shape, String doc) {
    return new Key(name, shape, true, null, doc);
  }

  /** A key that may be left out and then has no value. */
  public static Key optional(String name, Shape shape, String doc) {
    return new Key(name, shape, false, null, doc);
  }

  /** A key that may be left out and then has the value {@code fallback}. */
  public static Key optional(String name, Shape shape, String fallback, String doc) {
    return new Key(name, shape, false, Objects.requireNonNull(fallback, "fallback"), doc);
  }
}
