/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a destination says of one of its objects.
 *
 * @param object its name
 * @param closed whether {@code fields} is complete, so that a field that is not in it does not
 *     exist
 * @param fields the known fields
 * @param keys names of the fields a record can be matched by
 */
public record ObjectSchema(String object, boolean closed, List<Field> fields, Set<String> keys) {

  /**
   * One field.
   *
   * @param type the vendor's own type name
   * @param maxLength in characters, 0 where nothing is said
   * @param picklist the only values it takes; empty where any will do
   */
  public record Field(
      String name,
      String type,
      boolean required,
      boolean writable,
      int maxLength,
      List<String> picklist) {

    public Field {
      picklist = List.copyOf(picklist);
    }
  }

  public ObjectSchema {
    fields = List.copyOf(fields);
    keys = Set.copyOf(keys);
  }

  /** An object of which nothing is known: every field is taken. */
  public static ObjectSchema open(String object) {
    return new ObjectSchema(object, false, List.of(), Set.of());
  }

  /** The field of that name. */
  public Optional<Field> field(String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst();
  }
}
