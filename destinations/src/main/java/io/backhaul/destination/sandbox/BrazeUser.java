/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** How the sandbox's store names the users of Braze. */
final class BrazeUser {

  private BrazeUser() {}

  /** The name of the user that an attributes, event or purchase object is about, if it says. */
  static Optional<String> name(JsonNode item, SandboxStore store) {
    for (String kind : new String[] {"external_id", "user_alias", "braze_id", "email", "phone"}) {
      if (item.hasNonNull(kind)) {
        return name(kind, item.get(kind), store);
      }
    }
    return Optional.empty();
  }

  /** The name of the user whom an identifier of that kind names; empty if it is not one. */
  static Optional<String> name(String kind, JsonNode id, SandboxStore store) {
    if (kind.equals("user_alias")) {
      String name = id.path("alias_name").asText("");
      String label = id.path("alias_label").asText("");
      return name.isEmpty() || label.isEmpty()
          ? Optional.empty()
          : Optional.of("alias " + label + "/" + name);
    }
    if (!id.isTextual() || id.asText().isEmpty()) {
      return Optional.empty();
    }
    String text = id.asText();
    if (kind.equals("external_id")) {
      return Optional.of(text);
    }
    if (kind.equals("braze_id")) {
      String known = store.nameOf("users", text);
      return Optional.of(known == null ? "braze_id " + text : known);
    }
    return Optional.of(kind + " " + text);
  }
}
