/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.SalesforceRecords.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * sObject Collections: {@code /composite/sobjects}, for one request. Results come in the order of
 * the request, and the answer is 200 whatever became of each record.
 */
final class SalesforceCollections implements SandboxApi {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern UPSERT = Pattern.compile("/composite/sobjects/([^/]+)/([^/]+)/?");
  private static final int MOST = 200;

  private final SalesforceOrg org;
  private final SandboxStore store;
  private final String path;
  private SalesforceRecords records;

  /**
   * @param path behind the version
   */
  SalesforceCollections(SalesforceOrg org, SandboxStore store, String path) {
    this.org = org;
    this.store = store;
    this.path = path;
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    if (request.method().equals("DELETE")) {
      return readDelete(request.query("ids").orElse(""), watch);
    }
    JsonNode body = JSON.readTree(request.body());
    JsonNode list = body.path("records");
    check(list.isArray() && !list.isEmpty(), "records: a list of sObjects is required");
    check(list.size() <= MOST, "record limit reached. cannot submit more than 200 records");
    check(!body.path("allOrNone").asBoolean(false), "the sandbox knows no allOrNone=true");
    Matcher upsert = UPSERT.matcher(path);
    String type = list.path(0).path("attributes").path("type").asText("");
    String object = upsert.matches() ? upsert.group(1) : type;
    String externalId = upsert.matches() ? upsert.group(2) : null;
    check(SalesforceOrg.knows(object), "sObject type '" + object + "' is not supported.");
    check(
        externalId == null || SalesforceOrg.identifies(object, externalId),
        "Provided external ID field does not exist or is not accessible: " + externalId);
    String op = upsert.matches() ? "upsert" : request.method().equals("POST") ? "insert" : "update";
    records = new SalesforceRecords(org, store, object, op, externalId, watch);
    for (JsonNode record : list) {
      check(
          record.path("attributes").path("type").asText("").equals(object),
          "each object must say attributes.type, and of one type in the sandbox");
      records.add(record.path("id").asText(record.path("Id").asText(null)), record);
    }
    return records.posted();
  }

  private Posted readDelete(String ids, Set<String> watch) throws BadRequest {
    List<String> all = List.of(ids.split(","));
    check(!ids.isEmpty() && all.size() <= MOST, "ids: a list of up to 200 IDs is required");
    String object = all.stream().flatMap(id -> org.objectOf(id).stream()).findFirst().orElse("");
    records = new SalesforceRecords(org, store, object, "delete", null, watch);
    all.forEach(id -> records.add(id, JsonNodeFactory.instance.objectNode()));
    return records.posted();
  }

  private static void check(boolean holds, String message) throws BadRequest {
    if (!holds) {
      throw new BadRequest(message);
    }
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    ArrayNode body = JSON.createArrayNode();
    for (Outcome outcome : records.outcomes(results)) {
      ObjectNode element = body.addObject();
      if (outcome.problem() == null) {
        element.put("id", outcome.id()).put("success", true).putArray("errors");
        if (posted.op().equals("upsert")) {
          element.put("created", outcome.created());
        }
      } else {
        element.put("success", false);
        ObjectNode error = element.putArray("errors").addObject();
        error.put("statusCode", outcome.problem().code());
        error.put("message", outcome.problem().message());
        ArrayNode fields = error.putArray("fields");
        if (outcome.problem().field() != null) {
          fields.add(outcome.problem().field());
        }
      }
    }
    return WireReply.of(200, body.toString());
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    if (String.valueOf(message).contains("external ID field")) {
      return SalesforceWords.error(404, "NOT_FOUND", field, message);
    }
    boolean type = String.valueOf(message).contains("sObject type");
    String own = type ? "INVALID_TYPE" : code.equals("BAD_REQUEST") ? "JSON_PARSER_ERROR" : code;
    return SalesforceWords.error(status, own, field, message);
  }
}
