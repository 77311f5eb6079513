/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code PUT /crm/v3/lists/{listId}/memberships/{add|remove}} with a list of record ids. A record
 * that the script rejects is one that HubSpot does not have.
 */
final class HubSpotLists implements SandboxApi {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern MEMBERSHIPS =
      Pattern.compile("/crm/v3/lists/([0-9]+)/memberships/(add|remove)");

  static boolean speaks(WireRequest request) {
    return request.method().equals("PUT") && MEMBERSHIPS.matcher(request.path()).matches();
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    Matcher path = MEMBERSHIPS.matcher(request.path());
    JsonNode ids = JSON.readTree(request.body());
    if (!path.matches() || !ids.isArray() || ids.isEmpty()) {
      throw new BadRequest("Invalid input JSON: a list of record ids is expected");
    }
    Set<String> members = new LinkedHashSet<>();
    for (JsonNode id : ids) {
      if (!id.asText().matches("[0-9]+")) {
        throw new BadRequest("Invalid input JSON: an id is no number");
      }
      members.add(id.asText());
    }
    boolean remove = path.group(2).equals("remove");
    List<Incoming> records = new ArrayList<>();
    for (String id : members) {
      Map<String, String> watched =
          watch.contains("record_id") ? Map.of("record_id", id) : Map.of();
      String fields = remove ? "" : JSON.createObjectNode().put("record_id", id).toString();
      records.add(new Incoming(id, fields, watched, id));
    }
    return new Posted("lists/" + path.group(1), remove ? "delete" : "upsert", records, 0);
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode missing = body.putArray("recordIdsMissing");
    ArrayNode removed = body.putArray("recordIdsRemoved");
    ArrayNode added = body.putArray("recordsIdsAdded");
    for (Result result : results) {
      String id = result.record().mark();
      if (!result.applied()) {
        missing.add(id);
      } else if (posted.op().equals("delete")) {
        if (result.id() != null) {
          removed.add(id);
        }
      } else if (result.created()) {
        added.add(id);
      }
    }
    return WireReply.of(200, body.toString());
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    ObjectNode body = JSON.createObjectNode().put("status", "error").put("message", message);
    return WireReply.of(status, body.put("category", "VALIDATION_ERROR").toString());
  }
}
