/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.http.ChangeFields;
import java.util.List;
import java.util.Optional;

/**
 * What identifies the records of an object.
 *
 * @param fields names of fields or key columns, of which the first that a record has counts; empty
 *     where nothing need identify it
 * @param soleKey whether the only key column does if none of them can. Not where the user says
 *     which field it is: a record that lacks it would become, or remove, somebody else's
 */
record Identifying(List<String> fields, boolean soleKey) {

  /** The name and the value of what identifies a record. */
  record Identity(String name, JsonNode value) {}

  Identifying {
    fields = List.copyOf(fields);
  }

  /** What identifies the record; empty if nothing does. */
  Optional<Identity> of(ChangeFields record) {
    for (String name : fields) {
      Optional<JsonNode> value = record.identity(name);
      if (value.isPresent()) {
        return value.map(found -> new Identity(name, found));
      }
    }
    return soleKey
        ? record
            .soleKey()
            .flatMap(name -> record.identity(name).map(value -> new Identity(name, value)))
        : Optional.empty();
  }
}
