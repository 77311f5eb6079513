/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.zendesk.ZendeskObject.Kind;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What a batch asks of Zendesk. The same batch always leads to the same calls, so that a job that
 * was resumed is matched to the records it carries.
 *
 * @param calls in the order in which they are made; most batches need one
 * @param refused results of records that Zendesk could not tell apart or find
 */
record ZendeskRequest(List<Call> calls, List<RecordResult> refused) {

  /**
   * One call.
   *
   * @param job whether Zendesk does the work in a background job
   * @param sent the records it carries, in its order
   */
  record Call(HttpCall http, boolean job, List<ZendeskRecord> sent) {
    Call {
      sent = List.copyOf(sent);
    }

    List<Change> changes() {
      return sent.stream().map(ZendeskRecord::change).toList();
    }
  }

  /** A query of this length passes all proxies; ids of ours may be long. */
  private static final int MAX_QUERY = 4_000;

  ZendeskRequest {
    calls = List.copyOf(calls);
    refused = List.copyOf(refused);
  }

  /** Words the batch. */
  static ZendeskRequest of(Batch batch, ZendeskObject object, ZendeskConfig config) {
    List<ZendeskRecord> sent = new ArrayList<>();
    List<RecordResult> refused = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Change change : batch.changes()) {
      ZendeskRecord record = ZendeskRecord.of(object, change);
      RecordResult refusal = refusal(object, batch.op(), record, seen);
      if (refusal == null) {
        seen.addAll(record.marks());
        sent.add(record);
      } else {
        refused.add(refusal);
      }
    }
    Wording wording = new Wording(batch, object, config);
    return new ZendeskRequest(sent.isEmpty() ? List.of() : wording.calls(sent), refused);
  }

  private static RecordResult refusal(
      ZendeskObject object, Op op, ZendeskRecord record, Set<String> seen) {
    String key = record.change().key();
    boolean named = record.id() != null || record.externalId() != null;
    if (op == Op.UPSERT && !named && record.email() == null && !record.body().hasNonNull("id")) {
      return new RecordResult.Rejected(
          key, "EXTERNAL_ID_MISSING", "external_id", "nothing tells Zendesk which record it is");
    }
    boolean customUpdate = object.kind() == Kind.CUSTOM && op == Op.UPDATE;
    if ((op == Op.UPDATE || op == Op.DELETE) && (customUpdate ? record.id() == null : !named)) {
      return new RecordResult.Rejected(
          key,
          "NO_DESTINATION_ID",
          null,
          "Zendesk finds it by its own id alone, which is not known of this record");
    }
    if (op == Op.DELETE && record.id() == null && record.externalId().contains(",")) {
      return new RecordResult.Rejected(
          key,
          "EXTERNAL_ID_UNUSABLE",
          "external_id",
          "Zendesk takes the ids of records to delete parted by commas, and this one holds one");
    }
    for (String mark : record.marks()) {
      if (seen.contains(mark)) {
        String field = mark.substring(0, mark.indexOf(' '));
        return new RecordResult.Rejected(
            key, "DUPLICATE_ID", field, "another record of the same request has the same " + field);
      }
    }
    return null;
  }

  /** The words of one batch. */
  private record Wording(Batch batch, ZendeskObject object, ZendeskConfig config) {

    List<Call> calls(List<ZendeskRecord> sent) {
      if (object.kind() == Kind.CUSTOM) {
        return customJobs(sent);
      }
      String path = object.path();
      return switch (batch.op()) {
        case UPSERT ->
            object.kind() == Kind.ORGANIZATIONS
                // There is no create_or_update_many of organizations.
                ? sent.stream().map(one -> alone(one, path + "/create_or_update", null)).toList()
                : List.of(many("POST", path + "/create_or_update_many", sent));
        case INSERT ->
            object.kind() == Kind.TICKETS && config.ticketKeys()
                ? keyed(sent, path)
                : List.of(many("POST", path + "/create_many", sent));
        case UPDATE -> List.of(many("PUT", path + "/update_many", sent));
        case DELETE -> destroy(sent, path + "/destroy_many");
      };
    }

    private Call many(String method, String path, List<ZendeskRecord> sent) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      ArrayNode list = body.putArray(object.kind().plural());
      sent.forEach(one -> list.add(one.body()));
      return new Call(json(method, path, body, null), true, sent);
    }

    private Call alone(ZendeskRecord one, String path, String idempotencyKey) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.set(object.kind().singular(), one.body());
      return new Call(json("POST", path, body, idempotencyKey), false, List.of(one));
    }

    /** The key follows from the record and from what it changes, not from who is beside it. */
    private List<Call> keyed(List<ZendeskRecord> sent, String path) {
      List<Call> calls = new ArrayList<>();
      for (ZendeskRecord one : sent) {
        calls.add(alone(one, path, batch.id() + "-" + calls.size()));
      }
      return calls;
    }

    private List<Call> destroy(List<ZendeskRecord> sent, String path) {
      List<Call> calls = new ArrayList<>();
      listed(sent.stream().filter(one -> one.id() != null).toList(), ZendeskRecord::id)
          .forEach((query, part) -> calls.add(delete(path + "?ids=" + query, part)));
      listed(sent.stream().filter(one -> one.id() == null).toList(), ZendeskRecord::externalId)
          .forEach((query, part) -> calls.add(delete(path + "?external_ids=" + query, part)));
      return calls;
    }

    /** Ids parted by commas, and whose they are. */
    private static Map<String, List<ZendeskRecord>> listed(
        List<ZendeskRecord> records, Function<ZendeskRecord, String> id) {
      Map<String, List<ZendeskRecord>> lists = new LinkedHashMap<>();
      StringBuilder query = new StringBuilder();
      List<ZendeskRecord> part = new ArrayList<>();
      for (ZendeskRecord record : records) {
        String next = URLEncoder.encode(id.apply(record), StandardCharsets.UTF_8);
        if (!part.isEmpty() && query.length() + next.length() >= MAX_QUERY) {
          lists.put(query.toString(), List.copyOf(part));
          query.setLength(0);
          part.clear();
        }
        query.append(part.isEmpty() ? "" : ",").append(next.replace("+", "%20"));
        part.add(record);
      }
      if (!part.isEmpty()) {
        lists.put(query.toString(), List.copyOf(part));
      }
      return lists;
    }

    private Call delete(String path, List<ZendeskRecord> part) {
      HttpCall http =
          new HttpCall("DELETE", at(path), Map.of("Accept", "application/json"), null, null);
      return new Call(http, true, part);
    }

    private List<Call> customJobs(List<ZendeskRecord> sent) {
      return switch (batch.op()) {
        case UPSERT -> List.of(customJob("create_or_update_by_external_id", sent));
        case INSERT -> List.of(customJob("create", sent));
        case UPDATE -> List.of(customJob("update", sent));
        case DELETE -> {
          List<Call> calls = new ArrayList<>();
          List<ZendeskRecord> byId = sent.stream().filter(one -> one.id() != null).toList();
          List<ZendeskRecord> byOurs = sent.stream().filter(one -> one.id() == null).toList();
          if (!byId.isEmpty()) {
            calls.add(customJob("delete", byId));
          }
          if (!byOurs.isEmpty()) {
            calls.add(customJob("delete_by_external_id", byOurs));
          }
          yield calls;
        }
      };
    }

    private Call customJob(String action, List<ZendeskRecord> sent) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      ArrayNode items = body.putObject("job").put("action", action).putArray("items");
      for (ZendeskRecord one : sent) {
        if (batch.op() == Op.DELETE) {
          items.add(one.id() == null ? one.externalId() : one.id());
        } else {
          items.add(one.body());
        }
      }
      return new Call(json("POST", object.path() + "/jobs", body, null), true, sent);
    }

    private HttpCall json(String method, String path, ObjectNode body, String idempotencyKey) {
      byte[] bytes = JsonBody.utf8(body.toString());
      return HttpCall.json(method, at(path), bytes, idempotencyKey);
    }

    private URI at(String path) {
      return config.http().at(path);
    }
  }
}
