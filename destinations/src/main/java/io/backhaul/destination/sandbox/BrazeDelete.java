/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A {@code /users/delete} request: answers how many there were, not which. */
final class BrazeDelete implements SandboxApi {

  /** The lists it takes one of, and what stands in them. */
  static final Map<String, String> LISTS =
      Map.of(
          "external_ids", "external_id",
          "user_aliases", "user_alias",
          "braze_ids", "braze_id",
          "email_addresses", "email",
          "phone_numbers", "phone");

  private final String list;
  private final JsonNode ids;
  private final SandboxStore store;

  BrazeDelete(String list, JsonNode ids, SandboxStore store) {
    this.list = list;
    this.ids = ids;
    this.store = store;
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws BadRequest {
    List<Incoming> records = new ArrayList<>();
    for (JsonNode id : ids) {
      // Those who were found by an address are named by it: email_addresses holds objects.
      JsonNode value = id.isObject() && id.has("email") ? id.get("email") : id;
      String name =
          BrazeUser.name(LISTS.get(list), value, store)
              .orElseThrow(() -> new BadRequest(list + " holds what is no identifier"));
      records.add(new Incoming(name, "", Map.of(), name));
    }
    return new Posted("users", "delete", records, 0);
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    long deleted = results.stream().filter(result -> result.id() != null).count();
    return WireReply.of(
        201,
        BrazeSandbox.JSON
            .createObjectNode()
            .put("deleted", deleted)
            .put("message", "success")
            .toString());
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return WireReply.of(status, BrazeSandbox.says(message));
  }
}
