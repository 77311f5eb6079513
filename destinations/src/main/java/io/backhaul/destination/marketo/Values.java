/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.http.ChangeFields;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Values as Marketo takes them in JSON: scalars as they are, null to clear a field. */
final class Values {

  private static final String DIGITS = "[0-9]{1,18}";

  private Values() {}

  /** Marketo has no lists and no structures: choices are joined by semicolons, others are text. */
  static ObjectNode of(ObjectNode fields) {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    fields
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode value = field.getValue();
              if (value.isContainerNode()) {
                values.put(field.getKey(), flat(value));
              } else {
                values.set(field.getKey(), value);
              }
            });
    return values;
  }

  private static String flat(JsonNode value) {
    boolean choices =
        value.isArray()
            && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isValueNode);
    return choices
        ? StreamSupport.stream(value.spliterator(), false)
            .map(Values::text)
            .collect(Collectors.joining(";"))
        : value.toString();
  }

  /** A single value in words, numbers in all their digits. */
  static String text(JsonNode value) {
    return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
  }

  /** Marketo's id of the record, if the state knows it and it is a number. */
  static Optional<Long> id(Change change) {
    String id = change.destinationId();
    return id != null && id.matches(DIGITS) ? Optional.of(Long.parseLong(id)) : Optional.empty();
  }

  /** The same from a field or key column of that name. */
  static Optional<Long> id(ChangeFields record, String name) {
    return record
        .identity(name)
        .map(JsonNode::asText)
        .filter(text -> text.matches(DIGITS))
        .map(Long::parseLong);
  }
}
