/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.salesforce.Calls.Call;
import io.backhaul.destination.salesforce.Rows.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the answer to one of the {@link Calls}. Its elements stand in the order of the request
 * ("Upsert Records Using sObject Collections", v67) and name no record; where one gives an id that
 * is known, it must be the record's.
 */
final class CallAnswer {

  /** Ids of 15 characters and of 18 differ in a checksum at the end. */
  private static final int ID_LENGTH = 15;

  private final Call call;
  private final HttpAnswer answer;

  private CallAnswer(Call call, HttpAnswer answer) {
    this.call = call;
    this.answer = answer;
  }

  /**
   * The results of the call's records; one that the answer has no element for has none.
   *
   * @throws DestinationException (contradictory) if the answer is not Salesforce's, has too many
   *     elements, or tells of another record
   */
  static List<RecordResult> read(Call call, HttpAnswer answer) {
    return new CallAnswer(call, answer).read();
  }

  private List<RecordResult> read() {
    JsonNode elements = JsonBody.tree(answer).orElseThrow(() -> contradictory("is not JSON"));
    if (call.composite()) {
      elements = elements.path("compositeResponse");
    }
    if (!elements.isArray()) {
      throw contradictory("holds no list of results: is url Salesforce's address?");
    }
    if (elements.size() != call.rows().size()) {
      throw contradictory("holds " + elements.size() + " results of " + call.rows().size());
    }
    List<RecordResult> results = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      Row row = call.rows().get(i);
      JsonNode element = elements.get(i);
      results.add(call.composite() ? subresult(row, i, element) : result(row, element));
    }
    return results;
  }

  private RecordResult result(Row row, JsonNode element) {
    if (!element.path("success").isBoolean()) {
      throw contradictory("does not say of a record whether it was saved");
    }
    String id = id(row, element);
    return element.path("success").asBoolean()
        ? new RecordResult.Applied(row.key(), id == null ? row.id() : id)
        : SalesforceErrors.result(row, SalesforceErrors.Detail.of(element.path("errors").path(0)));
  }

  private RecordResult subresult(Row row, int position, JsonNode element) {
    int status = element.path("httpStatusCode").asInt(0);
    String reference = element.path("referenceId").asText("");
    if (status == 0 || !reference.equals("r" + position)) {
      throw contradictory("does not hold the subrequests' results in their order");
    }
    JsonNode body = element.path("body");
    return status / 100 == 2
        ? new RecordResult.Applied(row.key(), body.path("id").asText(null))
        : SalesforceErrors.result(
            row, SalesforceErrors.Detail.of(status == 300 ? body : body.path(0)));
  }

  private String id(Row row, JsonNode element) {
    String id = element.path("id").asText(null);
    boolean another = id != null && row.id() != null && !start(id).equals(start(row.id()));
    if (another) {
      throw contradictory("tells of another record than the one in its place");
    }
    return id;
  }

  private static String start(String id) {
    return id.length() > ID_LENGTH ? id.substring(0, ID_LENGTH) : id;
  }

  private DestinationException contradictory(String what) {
    return DestinationException.contradictory(answer.status(), "the answer " + what);
  }
}
