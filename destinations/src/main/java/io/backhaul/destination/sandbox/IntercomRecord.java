/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The writing of Intercom's one record a request. */
final class IntercomRecord implements SandboxApi {

  /** A request, its body, and the desk that serves it. */
  record Call(WireRequest request, JsonNode body, SandboxVendor.Desk desk) {

    String method() {
      return request.method();
    }

    SandboxStore store() {
      return desk.store();
    }
  }

  private final Posted posted;
  private final JsonNode fields;
  private final Function<Result, WireReply> told;

  private IntercomRecord(Posted posted, JsonNode fields, Function<Result, WireReply> told) {
    this.posted = posted;
    this.fields = fields;
    this.told = told;
  }

  /**
   * Writes a record.
   *
   * @param fields {@code null} for a delete
   * @param told the answer once it is applied
   */
  static WireReply write(
      Call call,
      String object,
      String op,
      String name,
      ObjectNode fields,
      Function<Result, WireReply> told) {
    String text = fields == null ? "" : fields.toString();
    Incoming record = new Incoming(name, text, new HashMap<>(), name);
    Posted posted = new Posted(object, op, List.of(record), 400);
    return call.desk().write(new IntercomRecord(posted, fields, told), call.request());
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) {
    Map<String, String> watched = posted.records().get(0).watched();
    for (String field : watch) {
      for (String name : List.of(field, "custom_attributes." + field)) {
        if (fields != null && fields.hasNonNull(name)) {
          watched.put(field, fields.get(name).asText());
        }
      }
    }
    return posted;
  }

  @Override
  public WireReply answer(Posted written, List<Result> results) {
    return told.apply(results.get(0));
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return WireReply.of(status, IntercomWords.error(code, field, message));
  }
}
