/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A rule by which the destination refuses records for good. A record that does not carry the field,
 * or carries null, is not refused.
 *
 * @param object the object it is for, or {@code null} for all
 * @param field the field it looks at
 * @param pattern found in the field's text
 * @param whenFound whether finding the pattern refuses the record, or not finding it
 * @param code the error code it answers
 * @param message the message it answers
 */
public record Rejection(
    String object, String field, Pattern pattern, boolean whenFound, String code, String message) {

  public Rejection {
    Objects.requireNonNull(field, "field");
    Objects.requireNonNull(pattern, "pattern");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(message, "message");
  }

  /** Refuses records whose field holds the pattern, in any object. */
  public static Rejection when(String field, String regex, String code, String message) {
    return new Rejection(null, field, Pattern.compile(regex), true, code, message);
  }

  /** Refuses records whose field does not hold the pattern, in any object. */
  public static Rejection unless(String field, String regex, String code, String message) {
    return new Rejection(null, field, Pattern.compile(regex), false, code, message);
  }

  boolean refuses(String itsObject, String value) {
    return value != null
        && (object == null || object.equals(itsObject))
        && pattern.matcher(value).find() == whenFound;
  }
}
