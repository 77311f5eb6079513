/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.SalesforceOrg.Problem;
import io.backhaul.destination.sandbox.SandboxApi.Result;
import java.util.Map;

/** How Salesforce words what went wrong, and the form in which the sandbox keeps records. */
final class SalesforceWords {

  private SalesforceWords() {}

  /** A request's error. */
  static WireReply error(int status, String code, String field, String message) {
    ArrayNode body = JsonNodeFactory.instance.arrayNode();
    ObjectNode error = body.addObject().put("message", message).put("errorCode", code);
    if (field != null) {
      error.putArray("fields").add(field);
    }
    return WireReply.of(status, body.toString());
  }

  /** A record's error as Salesforce would have it. */
  static Problem problem(Result result, String externalId) {
    if (result.status().equals("retry")) {
      return new Problem(
          "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", null);
    }
    return switch (result.code()) {
      case "ALREADY_EXISTS" ->
          new Problem("DUPLICATE_VALUE", "duplicate value found: " + externalId, externalId);
      case "NOT_FOUND" ->
          new Problem("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", null);
      default -> new Problem(result.code(), result.message(), result.field());
    };
  }

  /** Whether a delete found nothing to delete. */
  static boolean nothingThere(String op, Result result) {
    return op.equals("delete") && result.applied() && result.id() == null;
  }

  static final Problem DELETED = new Problem("ENTITY_IS_DELETED", "entity is deleted", null);

  /**
   * Fields as the sandbox keeps them: texts, whichever interface they came by, a parent's under a
   * path.
   */
  static ObjectNode flat(JsonNode record) {
    ObjectNode flat = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : record.properties()) {
      JsonNode value = field.getValue();
      if (field.getKey().equals("attributes") || field.getKey().equalsIgnoreCase("id")) {
        continue;
      }
      if (value.isObject()) {
        for (Map.Entry<String, JsonNode> inner : flat(value).properties()) {
          flat.set(field.getKey() + "." + inner.getKey(), inner.getValue());
        }
      } else if (value.isNull() || value.asText().isEmpty()) {
        flat.putNull(field.getKey());
      } else {
        flat.put(
            field.getKey(),
            value.isNumber() ? value.decimalValue().toPlainString() : value.asText());
      }
    }
    return flat;
  }
}
