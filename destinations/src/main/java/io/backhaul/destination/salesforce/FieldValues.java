/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The fields of a record as Salesforce takes them, the same for both interfaces: flat, a parent's
 * external id under a path ({@code Account.MyExtId__c}, {@code Mother__r.Ext__c}; with the parent's
 * type before a colon where there are several, {@code Lead:Who.Email}), single values only.
 */
final class FieldValues {

  /** A moment as Backhaul writes it: six digits of a second, in UTC whether it says so or not. */
  private static final Pattern MOMENT =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3})[0-9]{3}Z?");

  private FieldValues() {}

  /** Path to value; a parent that is null is cleared by its lookup field. */
  static Map<String, JsonNode> of(ObjectNode fields) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    fields
        .fields()
        .forEachRemaining(
            field -> {
              String path = field.getKey();
              JsonNode value = field.getValue();
              // {"Account": {"MyExtId__c": 7}} says the same as Account.MyExtId__c.
              if (value.isObject() && value.size() == 1 && value.elements().next().isValueNode()) {
                path = path + "." + value.fieldNames().next();
                value = value.elements().next();
              }
              boolean orphan = value.isNull() && path.indexOf('.') > 0;
              values.put(orphan ? lookup(path) : path, single(value));
            });
    return values;
  }

  /** {@code AccountId} of {@code Account.MyExtId__c}, {@code Mother__c} of {@code Mother__r.…}. */
  private static String lookup(String path) {
    String parent = relationship(path);
    return parent.endsWith("__r") ? parent.substring(0, parent.length() - 1) + "c" : parent + "Id";
  }

  private static String relationship(String path) {
    return path.substring(path.indexOf(':') + 1, path.indexOf('.'));
  }

  private static JsonNode single(JsonNode value) {
    if (value.isTextual()) {
      var moment = MOMENT.matcher(value.asText());
      return moment.matches() ? TextNode.valueOf(moment.group(1) + "Z") : value;
    }
    if (!value.isContainerNode()) {
      return value;
    }
    if (value.isArray() && value.isEmpty()) {
      return NullNode.instance;
    }
    boolean choices =
        value.isArray()
            && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isValueNode);
    return TextNode.valueOf(
        choices
            ? StreamSupport.stream(value.spliterator(), false)
                .map(FieldValues::text)
                .collect(Collectors.joining(";"))
            : value.toString());
  }

  /** A value as text; numbers in full, never with an exponent. */
  static String text(JsonNode value) {
    return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
  }

  /** Adds the fields to a JSON record; a path becomes a nested object. */
  static void nest(Map<String, JsonNode> fields, ObjectNode record) {
    fields.forEach(
        (path, value) -> {
          int dot = path.indexOf('.');
          if (dot < 0) {
            record.set(path, value);
            return;
          }
          ObjectNode parent = record.putObject(relationship(path));
          int colon = path.indexOf(':');
          if (colon > 0 && colon < dot) {
            parent.putObject("attributes").put("type", path.substring(0, colon));
          }
          parent.set(path.substring(dot + 1), value);
        });
  }
}
