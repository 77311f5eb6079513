/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Takes secrets, and the values of named fields, out of what a vendor says about records. Where
 * there are such fields the keys' texts go too, since a key is often a personal field under another
 * name. Reads the records only where there is a message, so rejections pay for it and deliveries do
 * not. Thread-safe.
 */
final class FieldRedaction {

  /** Said instead of a message that cannot be cleaned. */
  static final String WITHHELD = "(message withheld: it may quote personal fields)";

  private final Set<String> fields;
  private final Redactor secrets;

  /**
   * @param fields destination fields whose values are personal
   * @param secrets what the destination was opened with and may repeat
   */
  FieldRedaction(Set<String> fields, Collection<String> secrets) {
    this.fields = Set.copyOf(fields);
    this.secrets = Redactor.of(List.of()).withSecrets(secrets);
  }

  /**
   * @param changes the records that the message may be about
   * @param message the vendor's words, or {@code null}
   */
  String words(List<Change> changes, String message) {
    return redacted(changes, message, true);
  }

  /**
   * @param changes the records that it may be about
   * @param name a code or a field's name, or {@code null}; single words of a value may stand in it
   */
  String name(List<Change> changes, String name) {
    return name != null && fields.contains(name) ? name : redacted(changes, name, false);
  }

  private String redacted(List<Change> changes, String said, boolean byWord) {
    if (said == null || fields.isEmpty()) {
      return secrets.redact(said);
    }
    List<String> personal = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    try {
      for (Change change : changes) {
        if (change.fields() != null) {
          JsonNode record = JsonBody.parse(change.fields());
          fields.forEach(field -> texts(record.path(field), personal));
        }
        keyTexts(JsonBody.parse(change.key()), keys);
      }
    } catch (IllegalArgumentException e) {
      return WITHHELD;
    }
    Redactor redactor = secrets.withSecrets(keys);
    return (byWord ? redactor.withPersonal(personal) : redactor.withSecrets(personal)).redact(said);
  }

  private static void texts(JsonNode value, List<String> into) {
    if (value.isContainerNode()) {
      value.forEach(part -> texts(part, into));
    } else if (value.isNumber()) {
      into.add(value.decimalValue().toPlainString());
      into.add(value.decimalValue().stripTrailingZeros().toPlainString());
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
