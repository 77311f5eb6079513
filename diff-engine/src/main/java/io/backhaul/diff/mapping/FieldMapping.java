/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.io.Serializable;

/** What one destination field is made from. */
public sealed interface FieldMapping extends Serializable {

  /** The destination field. */
  String field();

  /** Takes a source column as it is. */
  record FromColumn(String field, String column) implements FieldMapping {}

  /** Takes the value of a Spark SQL expression over the source row. */
  record FromExpression(String field, String expression) implements FieldMapping {}

  /**
   * Takes the same value for every row.
   *
   * @param value a String, Long, Double, Boolean, or {@code null}
   */
  record Constant(String field, Serializable value) implements FieldMapping {}

  /** Takes the id that another sync's destination gave a record. */
  record FromLookup(String field, Lookup lookup) implements FieldMapping {}
}
