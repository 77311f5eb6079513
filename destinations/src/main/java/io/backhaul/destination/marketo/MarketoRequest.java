/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.marketo.MarketoObject.Worded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A batch in Marketo's words: its records, gathered by what a call says of all of its records, and
 * the results of those that cannot be sent. Made the same from the same batch.
 */
record MarketoRequest(List<Part> parts, List<RecordResult> refused) {

  /** Most records of one call. */
  static final int MOST_RECORDS = 300;

  /** Most bytes of one call: 1 MB, of which the head has a little. */
  static final long MOST_BYTES = 1_000_000;

  private static final int HEAD_BYTES = 2_000;

  /**
   * A record that is sent.
   *
   * @param identity equal for records that Marketo takes for the same one
   * @param id Marketo's id if the record is named by it, else {@code null}
   */
  record Sent(Change change, ObjectNode input, String identity, String id) {}

  /** Records of which {@code head} is true, in the order of the batch. */
  record Part(ObjectNode head, List<Sent> sent) {}

  static MarketoRequest of(Batch batch, MarketoObject object) {
    Map<ObjectNode, List<Sent>> parts = new LinkedHashMap<>();
    List<RecordResult> refused = new ArrayList<>();
    Set<String> identities = new HashSet<>();
    for (Change change : batch.changes()) {
      try {
        Worded worded = object.word(batch.op(), ChangeFields.of(change));
        if (!identities.add(worded.identity())) {
          throw new Unsendable(
              "DUPLICATE_ID", null, "another record of the same request stands for the same one");
        }
        parts
            .computeIfAbsent(worded.head(), any -> new ArrayList<>())
            .add(new Sent(change, worded.input(), worded.identity(), worded.id()));
      } catch (Unsendable e) {
        refused.add(new RecordResult.Rejected(change.key(), e.code(), e.field(), e.getMessage()));
      }
    }
    return new MarketoRequest(
        parts.entrySet().stream().map(each -> new Part(each.getKey(), each.getValue())).toList(),
        refused);
  }

  /** The same in parts that fit into a call each. A record too large for any goes alone. */
  List<Part> calls() {
    List<Part> calls = new ArrayList<>();
    for (Part part : parts) {
      List<Sent> sent = new ArrayList<>();
      long bytes = HEAD_BYTES;
      for (Sent each : part.sent()) {
        long size = each.input().toString().getBytes(StandardCharsets.UTF_8).length + 1L;
        if (!sent.isEmpty() && (sent.size() == MOST_RECORDS || bytes + size > MOST_BYTES)) {
          calls.add(new Part(part.head(), List.copyOf(sent)));
          sent.clear();
          bytes = HEAD_BYTES;
        }
        sent.add(each);
        bytes += size;
      }
      calls.add(new Part(part.head(), List.copyOf(sent)));
    }
    return calls;
  }

  /** The body of a call. */
  static byte[] body(ObjectNode head, List<Sent> sent) {
    ObjectNode body = head.deepCopy();
    ArrayNode input = body.putArray("input");
    sent.forEach(each -> input.add(each.input()));
    return JsonBody.utf8(body.toString());
  }
}
