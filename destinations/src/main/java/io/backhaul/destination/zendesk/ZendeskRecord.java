/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.zendesk.ZendeskObject.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A change as Zendesk takes it. What identifies a record is {@code external_id} if it has one, else
 * (users) its {@code email}, else the value of its sole key column as {@code external_id}; an
 * update or a delete goes by Zendesk's own id where that is known.
 *
 * <p>A dotted field is nested: {@code user_fields.plan} becomes {@code {"user_fields":{"plan":…}}}.
 * Tickets have their own form of it, {@code custom_fields.360001} for {@code
 * {"custom_fields":[{"id":360001,"value":…}]}}. Of a custom object every field but {@code name} and
 * {@code external_id} belongs to {@code custom_object_fields}, whether it says so or not.
 *
 * @param body for a delete empty
 * @param id Zendesk's own, or {@code null}
 * @param externalId ours, or {@code null}
 * @param email in lower case as Zendesk compares it, or {@code null}
 */
record ZendeskRecord(Change change, ObjectNode body, String id, String externalId, String email) {

  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);

  /** Fields of a custom object's record that are not the account's own. */
  private static final Set<String> OWN_OF_CUSTOM = Set.of("id", "name", "external_id");

  static ZendeskRecord of(ZendeskObject object, Change change) {
    ChangeFields given = ChangeFields.of(change);
    Kind kind = object.kind();
    boolean byId = change.op() == Op.UPDATE || change.op() == Op.DELETE;
    String id = byId ? id(kind, given) : null;
    String externalId = given.identity("external_id").map(ZendeskRecord::text).orElse(null);
    String email =
        kind == Kind.USERS ? given.identity("email").map(ZendeskRecord::text).orElse(null) : null;
    if (externalId == null && kind.byExternalId() && id == null && (email == null || byId)) {
      externalId = soleKey(given);
    }
    ObjectNode body = NODES.objectNode();
    if (change.op() != Op.DELETE) {
      if (id != null) {
        body.set("id", idNode(kind, id));
      }
      given.fields().fields().forEachRemaining(field -> put(kind, body, field));
      if (externalId != null && (id == null || given.fields().hasNonNull("external_id"))) {
        body.put("external_id", externalId);
      }
      if (email != null && !byId && !body.hasNonNull("email")) {
        body.put("email", email);
      }
    }
    String compared = email == null ? null : email.toLowerCase(Locale.ROOT);
    return new ZendeskRecord(change, body, id, externalId, compared);
  }

  /** Tickets have no other name than Zendesk's id; whoever has a key column {@code id} means it. */
  private static String id(Kind kind, ChangeFields given) {
    if (given.change().destinationId() != null) {
      return given.change().destinationId();
    }
    JsonNode named = given.fields().get("id");
    if ((named == null || named.isNull()) && kind == Kind.TICKETS) {
      named = given.key().get("id");
    }
    return named == null || named.isNull() || text(named).isEmpty() ? null : text(named);
  }

  /** An address in the key is no id of ours. */
  private static String soleKey(ChangeFields given) {
    return given
        .soleKey()
        .filter(name -> !name.equals("email"))
        .flatMap(given::identity)
        .map(ZendeskRecord::text)
        .orElse(null);
  }

  private static JsonNode idNode(Kind kind, String id) {
    return kind != Kind.CUSTOM && id.matches("[0-9]{1,18}")
        ? NODES.numberNode(Long.parseLong(id))
        : NODES.textNode(id);
  }

  private static void put(Kind kind, ObjectNode body, Map.Entry<String, JsonNode> field) {
    String name = field.getKey();
    JsonNode value = field.getValue();
    if (name.equals("id") && body.has("id")) {
      return; // the id that the state knows is the record's
    }
    int dot = name.indexOf('.');
    if (name.equals("tags")) {
      body.set("tags", tags(value));
    } else if (kind == Kind.TICKETS && name.startsWith("custom_fields.")) {
      ArrayNode list = body.withArray("custom_fields");
      list.addObject()
          .<ObjectNode>set("id", idNode(kind, name.substring(dot + 1)))
          .set("value", value);
    } else if (kind == Kind.CUSTOM
        && dot < 0
        && !OWN_OF_CUSTOM.contains(name)
        && !name.equals(kind.group())) {
      nested(body, kind.group()).set(name, value);
    } else if (dot > 0) {
      nested(body, name.substring(0, dot)).set(name.substring(dot + 1), value);
    } else if (body.get(name) instanceof ObjectNode begun && value.isObject()) {
      begun.setAll((ObjectNode) value);
    } else {
      body.set(name, value);
    }
  }

  private static ObjectNode nested(ObjectNode body, String name) {
    return body.get(name) instanceof ObjectNode begun ? begun : body.putObject(name);
  }

  /** A list; a text is taken apart, because no tag holds a comma or a space. */
  private static JsonNode tags(JsonNode value) {
    if (value.isArray()) {
      return value;
    }
    ArrayNode tags = NODES.arrayNode();
    for (String tag : value.isNull() ? new String[0] : text(value).split("[\\s,]+")) {
      if (!tag.isEmpty()) {
        tags.add(tag);
      }
    }
    return tags;
  }

  private static String text(JsonNode value) {
    return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
  }

  /** What no two records of one request may share. */
  List<String> marks() {
    List<String> marks = new ArrayList<>();
    if (id != null) {
      marks.add("id " + id);
    }
    if (externalId != null) {
      marks.add("external_id " + externalId);
    }
    if (email != null) {
      marks.add("email " + email);
    }
    return marks;
  }
}
