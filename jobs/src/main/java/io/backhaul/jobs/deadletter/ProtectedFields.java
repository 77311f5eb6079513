/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.diff.mapping.FieldSeal;
import io.backhaul.jobs.spec.PiiSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/** Reads the personal fields of a dead letter's payload, as far as their keys are at hand. */
public final class ProtectedFields {

  private static final Pattern PSEUDONYM = Pattern.compile("pii:[0-9a-f]{16}");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final PiiSpec pii;
  private final Map<String, String> secrets;

  /** Reads with the keys of {@code pii}. */
  public ProtectedFields(PiiSpec pii) {
    this.pii = pii;
    this.secrets =
        Stream.concat(Stream.ofNullable(pii.key()), pii.oldKeys().stream())
            .distinct()
            .collect(
                Collectors.toMap(
                    FieldSeal::idOf, key -> key, (one, other) -> one, LinkedHashMap::new));
  }

  /**
   * A payload for a person.
   *
   * @param payload JSON; {@code null} where the letter has none
   * @param note which fields are still protected and what it takes to read them, or {@code null}
   */
  public record Shown(String payload, String note) {}

  /** A letter's fields are encrypted under a key that is not among those at hand. */
  public static final class WrongKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private WrongKeyException(String message) {
      super(message);
    }
  }

  /**
   * The payload of a row of {@code dead_letters}, personal fields in clear where they are encrypted
   * and a key is at hand.
   *
   * @throws WrongKeyException if there are keys, but none is the right one
   * @throws FieldSeal.NotOpenedException if the letter was altered
   */
  public Shown of(Row letter) {
    String payload = letter.getAs("payload");
    Optional<ObjectNode> read = payload == null ? Optional.empty() : object(payload);
    if (read.isEmpty()) {
      return new Shown(payload, null);
    }
    ObjectNode fields = read.get();
    List<String> closed = new ArrayList<>();
    List<String> hashed = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : List.copyOf(fields.properties())) {
      String text = field.getValue().isTextual() ? field.getValue().textValue() : "";
      Optional<String> keyId = FieldSeal.keyIdOf(text);
      if (keyId.isPresent() && secrets.isEmpty()) {
        closed.add(field.getKey());
      } else if (keyId.isPresent()) {
        fields.set(field.getKey(), opened(letter, field.getKey(), text, keyId.get()));
      } else if (PSEUDONYM.matcher(text).matches()) {
        hashed.add(field.getKey());
      }
    }
    return new Shown(fields.toString(), note(closed, hashed));
  }

  private JsonNode opened(Row letter, String field, String text, String keyId) {
    String secret = secrets.get(keyId);
    if (secret == null) {
      throw new WrongKeyException(
          "letter %s is encrypted under key %s, and backhaul.yaml has %s: add the key of that id to"
                  .formatted(
                      letter.<String>getAs("letter_id"), keyId, String.join(", ", secrets.keySet()))
              + " pii.old_keys, or name it as pii.key");
    }
    FieldSeal seal =
        new FieldSeal(secret, letter.getAs("tenant"), letter.getAs("sync"), letter.getAs("run_id"));
    return tree(seal.open(letter.getAs("key"), field, text));
  }

  private String note(List<String> closed, List<String> hashed) {
    List<String> notes = new ArrayList<>();
    if (!closed.isEmpty()) {
      String missing =
          pii.missing().stream()
              .filter(why -> why.startsWith("pii."))
              .collect(Collectors.joining("; "));
      notes.add(
          String.join(", ", closed)
              + " encrypted; to read them, "
              + (missing.isEmpty()
                  ? "name the key they were encrypted with as pii.key in backhaul.yaml"
                  : "set what is missing (" + missing + ")"));
    }
    if (!hashed.isEmpty()) {
      notes.add(
          String.join(", ", hashed)
              + " pseudonyms, which no key turns back; with pii.protect: encrypt in backhaul.yaml,"
              + " letters of later runs can be read");
    }
    return notes.isEmpty() ? null : String.join(". ", notes);
  }

  private static Optional<ObjectNode> object(String json) {
    return tree(json) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      // its words quote the text, which may be personal
      throw new IllegalStateException("a dead letter's payload is not JSON");
    }
  }
}
