/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Memberships in a list that HubSpot does not fill itself ({@code PUT
 * /crm/v3/lists/{id}/memberships/add} and {@code remove}). A member is named by HubSpot's id of the
 * record, in {@code record_id} or {@code hs_object_id}, else by the key column. Adding a member
 * that is there does nothing, so that an upsert and an insert are the same.
 *
 * <p>The answer names whom it added or removed, and whom there is no record of; of the others
 * nothing had to be changed ("Add records to a list").
 */
record MembershipCall(
    Batch batch, String path, Map<String, Change> sent, List<RecordResult> refused, ArrayNode body)
    implements HubSpotCall {

  /** The fields that name the member. */
  static final Set<String> RECORD = Set.of("record_id", "hs_object_id");

  /** Words the batch. */
  static MembershipCall of(Batch batch, String list) {
    if (batch.op() == Op.UPDATE) {
      throw DestinationException.refused(
          "OP_NOT_OFFERED", 0, "a membership has nothing to update: upsert or delete it");
    }
    ArrayNode body = JsonNodeFactory.instance.arrayNode();
    Map<String, Change> sent = new LinkedHashMap<>();
    List<RecordResult> refused = new ArrayList<>();
    for (Change change : batch.changes()) {
      String id = id(ChangeFields.of(change));
      if (id == null) {
        refused.add(
            new RecordResult.Rejected(
                change.key(), "RECORD_ID_EMPTY", "record_id", "record_id must not be empty"));
      } else if (sent.putIfAbsent(id, change) != null) {
        refused.add(
            new RecordResult.Rejected(
                change.key(),
                "DUPLICATE_ID",
                "record_id",
                "another record of the same request has the same id"));
      } else {
        body.add(id);
      }
    }
    String call = batch.op() == Op.DELETE ? "remove" : "add";
    String path = "/crm/v3/lists/" + list + "/memberships/" + call;
    return new MembershipCall(batch, path, sent, refused, body);
  }

  private static String id(ChangeFields record) {
    return record
        .identity("record_id")
        .or(() -> record.identity("hs_object_id"))
        .map(HubSpotRequest::text)
        .or(() -> Optional.ofNullable(record.change().destinationId()))
        .or(() -> record.soleKey().flatMap(record::identity).map(HubSpotRequest::text))
        .orElse(null);
  }

  @Override
  public String method() {
    return "PUT";
  }

  @Override
  public boolean empty() {
    return sent.isEmpty();
  }

  @Override
  public List<RecordResult> read(HttpAnswer answer, boolean pasted) {
    JsonNode told = JsonBody.object(answer);
    Set<String> missing = ids(told.path("recordIdsMissing"));
    Set<String> named = new HashSet<>(missing);
    // The reference calls the same list recordsIdsAdded and recordIdsAdded.
    named.addAll(ids(told.path("recordIdsAdded")));
    named.addAll(ids(told.path("recordsIdsAdded")));
    named.addAll(ids(told.path("recordIdsRemoved")));
    if (!told.has("recordIdsMissing")
        && !told.has("recordIdsAdded")
        && !told.has("recordsIdsAdded")
        && !told.has("recordIdsRemoved")) {
      throw DestinationException.contradictory(
          answer.status(), "the answer tells of no members: is url HubSpot's address?");
    }
    if (!sent.keySet().containsAll(named)) {
      throw DestinationException.contradictory(
          answer.status(), "the answer names a record that is not in " + batch);
    }
    List<RecordResult> results = new ArrayList<>();
    sent.forEach((id, change) -> results.add(result(id, change, missing.contains(id))));
    return results;
  }

  private static RecordResult result(String id, Change change, boolean missing) {
    return missing && change.op() != Op.DELETE
        ? new RecordResult.Rejected(
            change.key(), "OBJECT_NOT_FOUND", "record_id", "HubSpot has no record with this id")
        : new RecordResult.Applied(change.key(), id);
  }

  private static Set<String> ids(JsonNode list) {
    Set<String> ids = new HashSet<>();
    list.forEach(id -> ids.add(id.asText()));
    return ids;
  }
}
