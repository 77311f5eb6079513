/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.RecordResult;

/** What a file says a record must be like to be sent at all. */
final class RecordCheck {

  private RecordCheck() {}

  /**
   * What is wrong with the record, or {@code null}.
   *
   * @throws TemplateFailure if the call's check has no value for it
   */
  static RecordResult problem(CallSpec call, Row row, Scope scope) {
    if (call.check() == null) {
      return null;
    }
    JsonNode found = call.check().on(row.node(), scope);
    if (found.isNull() || (found.isBoolean() && found.asBoolean())) {
      return null;
    }
    return new RecordResult.Rejected(
        row.key(),
        found.path("code").asText("NOT_SENDABLE"),
        found.path("field").asText(null),
        found.path("message").asText(found.isTextual() ? found.asText() : null));
  }

  /** The result of a record whose part of a request is too large, or {@code null}. */
  static RecordResult tooLarge(CallSpec call, Row row, JsonNode item) {
    return call.maxItemBytes() == Long.MAX_VALUE ? null : tooLarge(call, row, Loads.bytes(item));
  }

  /** The same of a request of its own. */
  static RecordResult tooLarge(CallSpec call, Row row, long bytes) {
    return bytes <= call.maxItemBytes()
        ? null
        : new RecordResult.Rejected(
            row.key(),
            "TOO_LARGE",
            null,
            "the record has " + bytes + " bytes, of which " + call.maxItemBytes() + " are taken");
  }
}
