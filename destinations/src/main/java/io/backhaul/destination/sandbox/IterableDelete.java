/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A delete of one user; who is not there is deleted all the same. */
record IterableDelete(String who) implements SandboxApi {

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws BadRequest {
    if (who.isEmpty()) {
      throw new BadRequest("no user is named");
    }
    return new Posted("users", "delete", List.of(new Incoming(who, "", Map.of(), who)), 400);
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    return WireReply.of(200, IterableSandbox.says("Success", ""));
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return WireReply.of(status, IterableSandbox.says("BadParams", message));
  }
}
