/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.FakeApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An endpoint of the {@code http} contract that writes keys in its own way. */
public final class FakeHttpApi implements FakeApi {

  private final boolean perRecord;

  public FakeHttpApi(boolean perRecord) {
    this.perRecord = perRecord;
  }

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    JsonNode body = Canonical.tree(request.text());
    List<Carried> carried = new ArrayList<>();
    for (JsonNode record : body.get("records")) {
      String key = Canonical.of(record.get("key").toString());
      String value = record.has("fields") ? Canonical.of(record.get("fields").toString()) : "";
      carried.add(new Carried(key, body.get("op").asText(), value, key));
    }
    return Optional.of(carried);
  }

  @Override
  public WireReply other(WireRequest request) {
    throw new IllegalStateException("every request of this contract writes");
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    if (!perRecord) {
      return WireReply.of(202, "");
    }
    StringBuilder results = new StringBuilder();
    for (Verdict verdict : verdicts) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("status", verdict.kind().name().toLowerCase(Locale.ROOT));
      result.put("code", verdict.code());
      result.put("field", verdict.field());
      result.put("message", verdict.message());
      result.put("id", "id-" + verdict.record().name().hashCode());
      String rest = Canonical.write(result);
      results.append(results.isEmpty() ? "" : ",").append("{\"key\":");
      results.append(otherwise(verdict.record().mark())).append(',').append(rest.substring(1));
    }
    return WireReply.of(200, "{\"results\":[" + results + "]}");
  }

  /** The same key with its names turned round and its numbers in another notation. */
  private static String otherwise(String key) {
    List<String> members = new ArrayList<>();
    Canonical.tree(key)
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode value = field.getValue();
              String text = value.isNumber() ? value.asText() + ".0e0" : value.toString();
              members.add(0, "\"" + field.getKey() + "\" : " + text);
            });
    return "{" + String.join(" , ", members) + "}";
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("code", code);
    body.put("field", field);
    body.put("message", message);
    return WireReply.of(status, Canonical.write(body));
  }
}
