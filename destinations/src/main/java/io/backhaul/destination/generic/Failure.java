/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.Redactor;
import java.time.Clock;
import java.time.Duration;

/**
 * An answer that says no.
 *
 * @param code the vendor's code, or {@code null}
 * @param field the field at fault, or {@code null}
 * @param message the vendor's words as they are, or {@code null}
 * @param pause how long it asks us to wait
 */
record Failure(
    Meaning meaning, HttpAnswer answer, String code, String field, String message, Duration pause) {

  /** The code, or what stands in for one. */
  String codeOrStatus() {
    return code == null ? "HTTP_" + answer.status() : code;
  }

  /** The same about a whole batch. */
  DestinationException exception(Clock clock, Redactor redactor) {
    String words = redactor.redact(message);
    if (meaning.action() == ErrorTable.Action.UNAVAILABLE) {
      return DestinationException.unavailable(
          codeOrStatus(),
          answer.status(),
          pause,
          "HTTP " + answer.status() + (words == null ? "" : ": " + words));
    }
    if (meaning == Meaning.APPLIED) {
      return DestinationException.contradictory(
          answer.status(), "an answer that stands for success cannot begin a job");
    }
    return ErrorTable.DEFAULT
        .with(answer.status(), meaning.action())
        .failure(answer, clock, code, field, words);
  }
}
