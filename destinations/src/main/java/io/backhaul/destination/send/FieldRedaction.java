/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backhaul.destination.Change;
import io.backhaul.destination.http.Redactor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Takes the values of named fields out of messages. The key's texts go too, since a key is often a
 * personal field under another name. Reads the record only where there is a message, so rejections
 * pay for it and deliveries do not.
 */
public final class FieldRedaction implements MessageRedaction {

  /** Said instead of a message that cannot be cleaned. */
  static final String WITHHELD = "(message withheld: it may quote personal fields)";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Set<String> fields;

  /**
   * @param fields destination fields whose values are personal
   */
  public FieldRedaction(Set<String> fields) {
    this.fields = Set.copyOf(fields);
  }

  @Override
  public String redact(Change change, String message) {
    if (fields.isEmpty()) {
      return message;
    }
    List<String> values = new ArrayList<>();
    try {
      if (change.fields() != null) {
        JsonNode record = JSON.readTree(change.fields());
        fields.forEach(field -> texts(record.path(field), values));
      }
      keyTexts(JSON.readTree(change.key()), values);
    } catch (JsonProcessingException e) {
      return WITHHELD;
    }
    return Redactor.of(values).redact(message);
  }

  private static void texts(JsonNode value, List<String> into) {
    if (value.isContainerNode()) {
      value.forEach(part -> texts(part, into));
    } else if (!value.isMissingNode() && !value.isNull()) {
      into.add(value.asText());
    }
  }

  private static void keyTexts(JsonNode key, List<String> into) {
    key.forEach(
        part -> {
          if (part.isTextual()) {
            into.add(part.textValue());
          }
        });
  }
}
