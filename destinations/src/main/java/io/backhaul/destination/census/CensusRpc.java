/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import io.backhaul.destination.http.Transport;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/**
 * JSON-RPC 2.0 over POST to the receiver's one address. An answer need not repeat the request's id:
 * HTTP tells whose it is.
 */
record CensusRpc(Transport transport, URI url, Clock clock) {

  private static final String SYNC_BATCH = "sync_batch";

  /**
   * What the codes of the specification mean (jsonrpc.org, 5.1). Any other leaves open what became
   * of the records.
   */
  private static final Map<Integer, DestinationException.Kind> CODES =
      Map.of(
          -32700, DestinationException.Kind.REFUSED,
          -32600, DestinationException.Kind.REFUSED,
          -32601, DestinationException.Kind.REFUSED,
          -32602, DestinationException.Kind.POISONED);

  /** An answer's {@code result}, and the answer that it came in. */
  record Told(JsonNode result, HttpAnswer answer) {}

  /** Whether a request's body is a {@code sync_batch}. */
  static boolean carriesRecords(byte[] body) {
    return body != null
        && JsonBody.parse(new String(body, StandardCharsets.UTF_8))
            .path("method")
            .asText()
            .equals(SYNC_BATCH);
  }

  /** A call of {@code sync_batch}. */
  HttpCall syncBatch(String id, ObjectNode params) {
    return call(SYNC_BATCH, id, params);
  }

  private HttpCall call(String method, String id, ObjectNode params) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    body.put("method", method).put("id", id).set("params", params);
    return HttpCall.json("POST", url, JsonBody.utf8(body.toString()), null);
  }

  /**
   * Asks something that changes nothing.
   *
   * @param object what is asked about, or {@code null} for the receiver itself
   */
  Told ask(String method, String object) {
    ObjectNode params = JsonNodeFactory.instance.objectNode();
    if (object != null) {
      params.set("object", described(object));
    }
    String id = object == null ? method : method + " " + object;
    try {
      return tell(call(method, id, params), Set.of());
    } catch (DestinationException e) {
      throw e.ofAQuestion();
    }
  }

  /** An object as the protocol describes one. */
  static ObjectNode described(String object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("object_api_name", object)
        .put("label", object);
  }

  /**
   * Sends a call and reads the envelope of its answer.
   *
   * @param values what must not be in messages
   * @throws DestinationException if there is no result in it
   */
  Told tell(HttpCall call, Set<String> values) {
    HttpAnswer answer = transport.send(call);
    boolean taken = ErrorTable.DEFAULT.action(answer) == ErrorTable.Action.OK;
    JsonNode body =
        taken ? JsonBody.object(answer) : JsonBody.tree(answer).orElseGet(this::nothing);
    JsonNode error = body.path("error");
    String words = words(error, transport.redactor(values));
    if (!taken) {
      throw ErrorTable.DEFAULT.failure(answer, clock, null, null, words);
    }
    if (error.isObject()) {
      throw failure(answer, error.path("code").asInt(0), words);
    }
    if (!body.path("result").isObject()) {
      throw DestinationException.contradictory(
          answer.status(), "the answer holds no result: does a receiver for Census live at url?");
    }
    return new Told(body.get("result"), answer);
  }

  private JsonNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static String words(JsonNode error, Redactor redactor) {
    return redactor.redact(error.isTextual() ? error.asText() : error.path("message").asText(null));
  }

  private static DestinationException failure(HttpAnswer answer, int code, String words) {
    String name = "RPC" + code;
    String message = "the receiver answers with error " + code + ": " + words;
    return switch (CODES.getOrDefault(code, DestinationException.Kind.IN_DOUBT)) {
      case REFUSED -> DestinationException.refused(name, answer.status(), message);
      case POISONED -> DestinationException.poisoned(name, null, answer.status(), message);
      default -> DestinationException.inDoubt(name, answer.status(), message);
    };
  }
}
