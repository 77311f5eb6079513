/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A harmless question that needs the credentials.
 *
 * @param asked in words
 * @param account where the answer names the account, or {@code null}
 */
record ProbeSpec(
    String asked, RequestTemplate request, CallBody body, Expr account, FailureRules failures) {

  static ProbeSpec read(JsonNode probe, FailureRules file) {
    RequestTemplate request = RequestTemplate.read("probe", probe, "GET");
    return new ProbeSpec(
        request.method() + " " + probe.path("path").asText("/"),
        request,
        probe.hasNonNull("body")
            ? new CallBody.Worded(
                Expr.jslt("probe.body", probe.get("body").asText()), BodyFormat.JSON)
            : new CallBody.Empty(),
        probe.hasNonNull("account")
            ? Expr.reading("probe.account", probe.get("account").asText())
            : null,
        file.of(probe));
  }
}
