/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.iterable;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.FakeApi;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Iterable's users by e-mail address. */
public final class FakeIterableApi implements FakeApi {

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    List<Carried> carried = new ArrayList<>();
    if (request.method().equals("DELETE")) {
      String path = request.path().substring("/api/users/".length());
      String email = URLDecoder.decode(path, StandardCharsets.UTF_8);
      return Optional.of(List.of(new Carried(email, "delete", "", email)));
    }
    for (JsonNode user : Canonical.tree(request.text()).get("users")) {
      String email = user.get("email").textValue();
      String value = Canonical.of(user.get("dataFields").toString());
      carried.add(new Carried(email, "upsert", value, email));
    }
    return Optional.of(carried);
  }

  @Override
  public WireReply other(WireRequest request) {
    throw new IllegalStateException("every request writes");
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    if (request.method().equals("DELETE")) {
      return WireReply.of(200, "{\"msg\":\"\",\"code\":\"Success\",\"params\":null}");
    }
    List<String> failed = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      if (verdict.kind() != Verdict.Kind.APPLIED) {
        failed.add(verdict.record().mark());
      }
    }
    Map<String, Object> lists = new LinkedHashMap<>();
    lists.put("invalidEmails", List.of());
    lists.put("forgottenEmails", failed);
    lists.put("invalidUserIds", List.of());
    return WireReply.of(
        200,
        Canonical.write(
            Map.of(
                "successCount",
                verdicts.size() - failed.size(),
                "failCount",
                failed.size(),
                "failedUpdates",
                lists)));
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("msg", message);
    body.put("code", code);
    body.put(
        "params",
        field == null
            ? null
            : Map.of(
                "validationErrors", Map.of(field, Map.of("incomingTypes", List.of("string")))));
    return WireReply.of(status, Canonical.write(body));
  }
}
