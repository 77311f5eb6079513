/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** JSON on its way out and in, without a value lost on either way. */
public final class JsonBody {

  /** Shorter values are left in messages: masking every "a" would leave nothing to read. */
  private static final int SHORTEST_MASKED = 3;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JsonBody() {}

  /**
   * The text as UTF-8.
   *
   * @throws DestinationException (poisoned) if it holds half a surrogate pair, which no encoding
   *     carries and a lenient encoder turns into a question mark
   */
  public static byte[] utf8(CharSequence text) {
    String whole = text.toString();
    // Both ways are done by the JVM a register at a time; a strict encoder goes char by char.
    byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
    if (!new String(bytes, StandardCharsets.UTF_8).equals(whole)) {
      throw DestinationException.poisoned(
          "NOT_UNICODE", null, 0, "a text holds half a surrogate pair, which cannot be sent");
    }
    return bytes;
  }

  /** Our own JSON, numbers of any size kept exactly. */
  public static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a change holds text that is not JSON");
    }
  }

  /**
   * The body of an answer that must be a JSON object.
   *
   * @throws DestinationException (contradictory) if it is anything else
   */
  public static JsonNode object(HttpAnswer answer) {
    return tree(answer)
        .filter(JsonNode::isObject)
        .orElseThrow(
            () ->
                DestinationException.contradictory(
                    answer.status(),
                    "the answer is not the JSON object it should be: is url the right address?"));
  }

  /** The body of an answer if it is JSON. */
  public static Optional<JsonNode> tree(HttpAnswer answer) {
    try {
      return Optional.of(JSON.readTree(answer.body())).filter(node -> !node.isMissingNode());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The values in a batch's keys and fields, so that they can be taken out of messages. */
  public static Set<String> values(Batch batch) {
    Set<String> values = new HashSet<>();
    for (Change change : batch.changes()) {
      collect(parse(change.key()), values);
      if (change.fields() != null) {
        collect(parse(change.fields()), values);
      }
    }
    return values;
  }

  private static void collect(JsonNode node, Set<String> values) {
    if (node.isContainerNode()) {
      node.forEach(child -> collect(child, values));
    } else if (!node.isBoolean() && node.asText().length() >= SHORTEST_MASKED) {
      values.add(node.asText());
    }
  }
}
