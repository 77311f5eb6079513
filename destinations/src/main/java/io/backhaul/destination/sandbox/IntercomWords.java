/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How Intercom writes its records and its errors. */
final class IntercomWords {

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final String CUSTOM = "custom_attributes";

  private IntercomWords() {}

  /** A request that is refused. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String body;

    Refusal(int status, String code, String field, String message) {
      super(message);
      this.status = status;
      this.body = error(code, field, message);
    }

    WireReply reply() {
      return WireReply.of(status, body);
    }
  }

  static Refusal noSuchAddress() {
    return new Refusal(404, "not_found", null, "The requested resource was not found");
  }

  /** Intercom's one envelope for errors. */
  static String error(String code, String field, String message) {
    ObjectNode body =
        JSON.createObjectNode().put("type", "error.list").put("request_id", "sandbox");
    ObjectNode error =
        body.putArray("errors").addObject().put("code", code).put("message", message);
    if (field != null) {
      error.put("field", field);
    }
    return body.toString();
  }

  /** The store's record as Intercom shows it. */
  static ObjectNode shown(String type, SandboxStore.Stored stored) {
    ObjectNode shown = JSON.createObjectNode().put("type", type).put("id", stored.id());
    ObjectNode custom = JSON.createObjectNode();
    for (var field : tree(stored.fields()).properties()) {
      String name = field.getKey();
      if (name.startsWith(CUSTOM + ".")) {
        custom.set(name.substring(CUSTOM.length() + 1), field.getValue());
      } else {
        shown.set(name, field.getValue());
      }
    }
    shown.set(CUSTOM, custom);
    return shown;
  }

  /**
   * A request's fields as the store keeps them: custom attributes one by one, because an update
   * leaves those that it does not name.
   */
  static ObjectNode flat(JsonNode body) {
    ObjectNode flat = JSON.createObjectNode();
    for (var field : body.properties()) {
      if (!field.getKey().equals(CUSTOM)) {
        flat.set(field.getKey(), field.getValue());
      }
    }
    for (var field : body.path(CUSTOM).properties()) {
      flat.set(CUSTOM + "." + field.getKey(), field.getValue());
    }
    return flat;
  }

  /** The tree of fields that were read as JSON before. */
  static JsonNode tree(String fields) {
    try {
      return JSON.readTree(fields);
    } catch (IOException e) {
      throw new IllegalStateException("fields were read as JSON before", e);
    }
  }

  /** A list in Intercom's envelope. */
  static WireReply list(List<? extends JsonNode> data) {
    ObjectNode list = JSON.createObjectNode().put("type", "list").put("total_count", data.size());
    list.putArray("data").addAll(new ArrayList<>(data));
    return WireReply.of(200, list.toString());
  }
}
