/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;

/** What the describe calls of Marketo answer, for a subscription with some fields of its own. */
final class MarketoFields {

  private static final Set<String> NUMBERS = Set.of("id", "annualRevenue", "leadScore");

  private MarketoFields() {}

  static WireReply leads() {
    ArrayNode result = MarketoSandbox.JSON.createArrayNode();
    lead(result, "id", "integer", 0, true);
    lead(result, "createdAt", "datetime", 0, true);
    lead(result, "updatedAt", "datetime", 0, true);
    lead(result, "email", "email", 255, false);
    for (String text :
        List.of(
            "firstName",
            "lastName",
            "title",
            "company",
            "city",
            "state",
            "country",
            "postalCode")) {
      lead(result, text, "string", 255, false);
    }
    lead(result, "phone", "phone", 255, false);
    lead(result, "website", "url", 255, false);
    lead(result, "address", "text", 2000, false);
    lead(result, "dateOfBirth", "date", 0, false);
    lead(result, "annualRevenue", "currency", 0, false);
    lead(result, "leadScore", "score", 0, false);
    lead(result, "unsubscribed", "boolean", 0, false);
    lead(result, "externalCompanyId", "string", 100, false);
    lead(result, "customerId", "string", 255, false);
    return MarketoSandbox.success(result);
  }

  /** A cell of a file as the field's type has it. */
  static JsonNode typed(String field, String cell) {
    boolean number = NUMBERS.contains(field) && cell.matches("-?[0-9]{1,18}([.][0-9]+)?");
    if (number) {
      return DecimalNode.valueOf(new BigDecimal(cell));
    }
    return field.equals("unsubscribed")
        ? BooleanNode.valueOf(Boolean.parseBoolean(cell))
        : TextNode.valueOf(cell);
  }

  private static void lead(
      ArrayNode result, String name, String type, int length, boolean readOnly) {
    ObjectNode field = result.addObject().put("id", result.size()).put("displayName", name);
    field.put("dataType", type);
    if (length > 0) {
      field.put("length", length);
    }
    field.putObject("rest").put("name", name).put("readOnly", readOnly);
    field.putObject("soap").put("name", name).put("readOnly", readOnly);
  }

  static WireReply customObject(String api) {
    ArrayNode result = MarketoSandbox.JSON.createArrayNode();
    ObjectNode object = result.addObject().put("name", api).put("displayName", api);
    object.put("idField", "marketoGUID").putArray("dedupeFields").add("vin");
    ArrayNode fields = object.putArray("fields");
    custom(fields, "marketoGUID", "string", 36, false);
    custom(fields, "createdAt", "datetime", 0, false);
    custom(fields, "updatedAt", "datetime", 0, false);
    custom(fields, "vin", "string", 36, false);
    custom(fields, "leadId", "integer", 0, true);
    custom(fields, "make", "string", 36, true);
    custom(fields, "model", "string", 255, true);
    custom(fields, "year", "integer", 0, true);
    return MarketoSandbox.success(result);
  }

  private static void custom(
      ArrayNode fields, String name, String type, int length, boolean updateable) {
    ObjectNode field = fields.addObject().put("name", name).put("displayName", name);
    field.put("dataType", type).put("updateable", updateable);
    if (length > 0) {
      field.put("length", length);
    }
  }
}
