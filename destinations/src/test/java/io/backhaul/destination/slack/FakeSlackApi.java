/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.FakeApi;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Slack's calls about messages, with one message in each channel, known by the channel. */
public final class FakeSlackApi implements FakeApi {

  private static final Map<String, String> OPS =
      Map.of("postMessage", "insert", "update", "update", "delete", "delete");

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    String call = request.path().substring(request.path().lastIndexOf('.') + 1);
    if (!request.path().startsWith("/api/chat.")) {
      return Optional.empty();
    }
    ObjectNode body = (ObjectNode) Canonical.tree(request.text());
    String channel = body.remove("channel").asText();
    JsonNode ts = body.remove("ts");
    String value = call.equals("delete") ? "" : Canonical.of(body.toString());
    return Optional.of(
        List.of(
            new Carried(channel, OPS.get(call), value, ts == null ? "17.000001" : ts.asText())));
  }

  @Override
  public WireReply other(WireRequest request) {
    return WireReply.of(200, "{\"ok\":false,\"error\":\"unknown_method\"}");
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    Verdict verdict = verdicts.get(0);
    if (verdict.kind() != Verdict.Kind.APPLIED) {
      return refusal(200, verdict.code(), verdict.field(), verdict.message());
    }
    Carried record = verdict.record();
    return WireReply.of(
        200, Canonical.write(Map.of("ok", true, "channel", record.name(), "ts", record.mark())));
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    Map<String, Object> body = new LinkedHashMap<>(Map.of("ok", false, "error", code));
    String where = field == null ? "" : " [json-pointer:/" + field + "]";
    body.put("response_metadata", Map.of("messages", List.of("[ERROR] " + message + where)));
    return WireReply.of(status, Canonical.write(body));
  }
}
