/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.ObjectSchema;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * A field as {@code list_fields} describes it, and how its values are written.
 *
 * @param type {@code boolean}, {@code decimal}, {@code float}, {@code integer}, {@code date},
 *     {@code date_time} or {@code string}
 * @param array whether it takes several values
 */
record CensusField(
    String name,
    String label,
    boolean identifier,
    boolean required,
    boolean createable,
    boolean updateable,
    String type,
    boolean array) {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A field of {@code list_fields}. */
  static CensusField of(JsonNode field) {
    String name = field.path("field_api_name").asText();
    return new CensusField(
        name,
        field.path("label").asText(name),
        field.path("identifier").asBoolean(false),
        field.path("required").asBoolean(false),
        field.path("createable").asBoolean(true),
        field.path("updateable").asBoolean(true),
        field.path("type").asText("string"),
        field.path("array").asBoolean(false));
  }

  /** A field that the receiver did not describe, as its first value makes it look. */
  static CensusField inferred(String name, JsonNode value, boolean identifier) {
    JsonNode one = value.isArray() && !value.isEmpty() ? value.get(0) : value;
    return new CensusField(
        name, name, identifier, identifier, true, true, type(one), value.isArray());
  }

  private static String type(JsonNode value) {
    if (value.isBoolean()) {
      return "boolean";
    }
    if (value.isIntegralNumber()) {
      return "integer";
    }
    return value.isNumber() ? "decimal" : "string";
  }

  /** As the receiver gave it. */
  ObjectNode toJson() {
    ObjectNode field = JSON.objectNode().put("field_api_name", name).put("label", label);
    field.put("identifier", identifier).put("required", required);
    field.put("createable", createable).put("updateable", updateable);
    return field.put("type", type).put("array", array);
  }

  ObjectSchema.Field toSchema() {
    return new ObjectSchema.Field(
        name, array ? type + "[]" : type, required, createable || updateable, 0, List.of());
  }

  /**
   * The value as the field's type has it on the wire; an array field takes a single one as well.
   */
  JsonNode written(JsonNode value) {
    if (value.isNull()) {
      return value;
    }
    if (!array) {
      return one(value);
    }
    ArrayNode values = JSON.arrayNode();
    if (value.isArray()) {
      value.forEach(each -> values.add(one(each)));
    } else {
      values.add(one(value));
    }
    return values;
  }

  private JsonNode one(JsonNode value) {
    if (value.isNull()) {
      return NullNode.instance;
    }
    return switch (type) {
      case "boolean", "float", "integer" -> unquoted(value);
      case "date_time" -> JSON.textNode(inUtc(text(value)));
      case "decimal", "date", "string" -> JSON.textNode(text(value));
      default -> value; // a type that came after this was written
    };
  }

  /** A number or a truth value, be it as text; what is neither is the receiver's to refuse. */
  private JsonNode unquoted(JsonNode value) {
    if (!value.isTextual()) {
      return value;
    }
    String text = value.asText();
    if (type.equals("boolean")) {
      return text.matches("true|false") ? JSON.booleanNode(Boolean.parseBoolean(text)) : value;
    }
    return text.matches("-?[0-9]{1,40}(\\.[0-9]{1,40})?")
        ? JSON.numberNode(new BigDecimal(text))
        : value;
  }

  private static String inUtc(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant().toString();
    } catch (DateTimeException e) {
      return text;
    }
  }

  /** A single value as text, numbers in full. */
  static String text(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue().toPlainString();
    }
    return value.isContainerNode() ? value.toString() : value.asText();
  }
}
