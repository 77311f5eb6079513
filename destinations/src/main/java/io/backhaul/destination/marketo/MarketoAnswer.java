/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.marketo.MarketoRequest.Part;
import io.backhaul.destination.marketo.MarketoRequest.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Matches Marketo's results to the records of a call: by {@code seq} where they have one, for a
 * list by the person's id, for people by position ("ordered in the same way as the input array",
 * "Error Codes", read 2026).
 */
final class MarketoAnswer {

  private static final Set<String> DONE =
      Set.of("created", "updated", "deleted", "added", "removed");

  private final Batch batch;
  private final MarketoObject object;
  private final List<Sent> sent;
  private final HttpAnswer answer;
  private final Map<String, Integer> byId = new HashMap<>();

  private MarketoAnswer(Batch batch, MarketoObject object, Part part, HttpAnswer answer) {
    this.batch = batch;
    this.object = object;
    this.sent = part.sent();
    this.answer = answer;
    for (int i = 0; i < sent.size(); i++) {
      if (sent.get(i).id() != null) {
        byId.put(sent.get(i).id(), i);
      }
    }
  }

  /**
   * The results of the records that were sent; one that the answer does not account for has none.
   *
   * @param answer whose {@code success} is true
   * @throws DestinationException (contradictory) if it cannot be the answer to this call
   */
  static List<RecordResult> read(Batch batch, MarketoObject object, Part part, HttpAnswer answer) {
    return new MarketoAnswer(batch, object, part, answer).read();
  }

  private List<RecordResult> read() {
    JsonNode list = JsonBody.object(answer).path("result");
    if (!list.isArray()) {
      throw contradictory("the answer holds no list of results for ");
    }
    RecordResult[] results = new RecordResult[sent.size()];
    boolean byPosition = object instanceof Leads;
    for (int i = 0; i < list.size(); i++) {
      JsonNode each = list.get(i);
      byPosition |= !named(each);
      int at = position(each, i);
      if (at < 0 || at >= results.length) {
        throw contradictory("the answer names a record that is not in ");
      }
      if (results[at] != null) {
        throw contradictory("the answer names one record twice in ");
      }
      results[at] = result(sent.get(at), each);
    }
    if (byPosition && list.size() != results.length) {
      throw contradictory("the answer holds " + list.size() + " results, one each for ");
    }
    List<RecordResult> told = new ArrayList<>();
    for (RecordResult result : results) {
      if (result != null) {
        told.add(result);
      }
    }
    return told;
  }

  private boolean named(JsonNode each) {
    return each.path("seq").isIntegralNumber()
        || (object instanceof StaticList && each.hasNonNull("id"));
  }

  private int position(JsonNode each, int otherwise) {
    if (each.path("seq").isIntegralNumber()) {
      return each.path("seq").asInt(-1);
    }
    String id = each.path(object.idField()).asText("");
    // What was named by its id is answered by it.
    return id.isEmpty() || byId.size() < sent.size() ? otherwise : byId.getOrDefault(id, -1);
  }

  private RecordResult result(Sent record, JsonNode each) {
    String key = record.change().key();
    String status = each.path("status").asText("");
    if (DONE.contains(status)) {
      return new RecordResult.Applied(key, each.path(object.idField()).asText(record.id()));
    }
    JsonNode reasons = each.path("reasons");
    if (!status.equals("skipped") && reasons.isEmpty()) {
      return new RecordResult.Unknown(key, "its status in the answer means nothing known");
    }
    return batch.op() == Op.DELETE && MarketoErrors.gone(reasons.path(0))
        ? new RecordResult.Applied(key, record.id())
        : MarketoErrors.result(key, reasons.path(0));
  }

  private DestinationException contradictory(String what) {
    return DestinationException.contradictory(answer.status(), what + batch);
  }
}
