/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Op;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.salesforce.Rows.Row;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The synchronous calls that carry a batch ("Use sObject Collections", v67): 200 records each, all
 * of which Salesforce tries for itself ({@code allOrNone} is false). Updates and deletes of records
 * whose own id is not known go by external id, 25 a call of the resource Composite.
 */
final class Calls {

  /**
   * One call.
   *
   * @param rows its records, in the order of its answer
   * @param composite whether the answer is that of the resource Composite
   */
  record Call(HttpCall request, List<Row> rows, boolean composite) {}

  private static final int MOST_SUBREQUESTS = 25;

  /** Of the 16,384 bytes that address and headers may have together (414, 431). */
  private static final int MOST_ID_BYTES = 8_192;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private final SalesforceConfig config;
  private final Batch batch;
  private final Rows rows;

  private Calls(SalesforceConfig config, Batch batch, Rows rows) {
    this.config = config;
    this.batch = batch;
    this.rows = rows;
  }

  /** The calls, to be made in turn. */
  static List<Call> of(SalesforceConfig config, Batch batch, Rows rows) {
    return new Calls(config, batch, rows).all();
  }

  private List<Call> all() {
    List<Call> calls = new ArrayList<>();
    switch (batch.op()) {
      case UPSERT ->
          parts(rows.sent(), SalesforceConfig.MOST_IN_A_CALL)
              .forEach(
                  part ->
                      calls.add(
                          collection(
                              "PATCH", "/" + batch.object() + "/" + rows.externalId(), part)));
      case INSERT ->
          parts(rows.sent(), SalesforceConfig.MOST_IN_A_CALL)
              .forEach(part -> calls.add(collection("POST", "", part)));
      case UPDATE ->
          parts(rows.identified(true), SalesforceConfig.MOST_IN_A_CALL)
              .forEach(part -> calls.add(collection("PATCH", "", part)));
      case DELETE -> shortEnough(rows.identified(true)).forEach(part -> calls.add(delete(part)));
    }
    if (batch.op() == Op.UPDATE || batch.op() == Op.DELETE) {
      parts(rows.identified(false), MOST_SUBREQUESTS).forEach(part -> calls.add(composite(part)));
    }
    return calls;
  }

  private static List<List<Row>> parts(List<Row> all, int most) {
    List<List<Row>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += most) {
      parts.add(all.subList(from, Math.min(from + most, all.size())));
    }
    return parts;
  }

  private static List<List<Row>> shortEnough(List<Row> all) {
    List<List<Row>> parts = new ArrayList<>();
    int bytes = MOST_ID_BYTES;
    for (Row row : all) {
      int more = encoded(row.id()).length() + 1;
      boolean full = bytes + more > MOST_ID_BYTES;
      if (full || parts.get(parts.size() - 1).size() == SalesforceConfig.MOST_IN_A_CALL) {
        parts.add(new ArrayList<>());
        bytes = 0;
      }
      parts.get(parts.size() - 1).add(row);
      bytes += more;
    }
    return parts;
  }

  private Call collection(String method, String path, List<Row> part) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("allOrNone", false);
    ArrayNode records = body.putArray("records");
    for (Row row : part) {
      ObjectNode record = records.addObject();
      record.putObject("attributes").put("type", batch.object());
      if (row.id() != null) {
        record.put("id", row.id());
      }
      FieldValues.nest(row.fields(), record);
    }
    URI uri = config.at("/composite/sobjects" + path);
    return new Call(call(method, uri, body), part, false);
  }

  private Call delete(List<Row> part) {
    String ids = String.join(",", part.stream().map(row -> encoded(row.id())).toList());
    URI uri = config.at("/composite/sobjects?ids=" + ids + "&allOrNone=false");
    return new Call(call("DELETE", uri, null), part, false);
  }

  /** By external id: updates only, so that a record that is not there is no new one. */
  private Call composite(List<Row> part) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("allOrNone", false);
    ArrayNode requests = body.putArray("compositeRequest");
    for (Row row : part) {
      boolean update = batch.op() == Op.UPDATE;
      String path =
          "/sobjects/"
              + batch.object()
              + "/"
              + rows.externalId()
              + "/"
              + encoded(FieldValues.text(row.externalId()));
      ObjectNode request = requests.addObject().put("method", update ? "PATCH" : "DELETE");
      request.put("url", config.path(path) + (update ? "?updateOnly=true" : ""));
      request.put("referenceId", "r" + (requests.size() - 1));
      if (update) {
        // Salesforce refuses the field that stands in the address.
        Map<String, JsonNode> fields = new LinkedHashMap<>(row.fields());
        fields.remove(rows.externalId());
        FieldValues.nest(fields, request.putObject("body"));
      }
    }
    return new Call(call("POST", config.at("/composite"), body), part, true);
  }

  private HttpCall call(String method, URI uri, ObjectNode body) {
    Map<String, String> headers = new HashMap<>(Map.of("Accept", "application/json"));
    if (body != null) {
      headers.put("Content-Type", "application/json");
    }
    if (config.allowSave() && batch.op() != Op.DELETE) {
      headers.put("Sforce-Duplicate-Rule-Header", "allowSave=true");
    }
    return new HttpCall(method, uri, headers, body == null ? null : bytes(body), null);
  }

  /** A body as it is sent: numbers in full. */
  static byte[] bytes(ObjectNode body) {
    try {
      return JsonBody.utf8(JSON.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
