/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.ChangeFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The wording of a message's key: texts, and names between them.
 *
 * @param texts one more than there are names
 */
record KeyTemplate(List<String> texts, List<String> names) {

  private static final Pattern NAME = Pattern.compile("\\{([^{}]+)}");

  KeyTemplate {
    texts = List.copyOf(texts);
    names = List.copyOf(names);
  }

  /**
   * Reads {@code customer-{id}}.
   *
   * @throws DestinationException (refused) if it names nothing, so that all keys would be equal
   */
  static KeyTemplate of(String template) {
    List<String> texts = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int at = 0;
    for (Matcher name = NAME.matcher(template); name.find(); at = name.end()) {
      texts.add(template.substring(at, name.start()));
      names.add(name.group(1));
    }
    texts.add(template.substring(at));
    if (names.isEmpty()) {
      throw DestinationException.refused(
          "KEY_REFUSED", 0, "the key '" + template + "' names no field: write it as {id}");
    }
    return new KeyTemplate(texts, names);
  }

  /** The record's key; empty if one of the names has no value there. */
  Optional<String> fill(ChangeFields record) {
    StringBuilder key = new StringBuilder(texts.get(0));
    for (int i = 0; i < names.size(); i++) {
      Optional<JsonNode> value = record.identity(names.get(i));
      if (value.isEmpty()) {
        return Optional.empty();
      }
      key.append(text(value.get())).append(texts.get(i + 1));
    }
    return Optional.of(key.toString());
  }

  private static String text(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue().toPlainString();
    }
    return value.isContainerNode() ? value.toString() : value.asText();
  }
}
