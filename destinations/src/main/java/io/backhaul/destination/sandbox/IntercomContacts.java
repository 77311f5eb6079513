/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.IntercomWords.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Contacts: created with an external id or an e-mail address that no other contact has, updated and
 * deleted by Intercom's own id. One that is archived is out of sight, and still in the way of
 * another one.
 */
final class IntercomContacts {

  private static final String OBJECT = "contacts";

  /** {@code external_id 17} and {@code email a@example.com} to the contact's name in the store. */
  private final Map<String, String> names = new ConcurrentHashMap<>();

  private final Set<String> archived = ConcurrentHashMap.newKeySet();
  private final Set<String> gone = ConcurrentHashMap.newKeySet();
  private final AtomicLong nameless = new AtomicLong();

  WireReply answer(IntercomRecord.Call call, List<String> at) throws Refusal {
    SandboxStore store = call.store();
    if (at.size() == 1 && call.method().equals("POST")) {
      return create(call);
    }
    if (at.size() == 3 && at.get(1).equals("find_by_external_id")) {
      return shown(visible(named(store, "external_id", at.get(2)), store), store);
    }
    if (at.size() == 2 && at.get(1).equals("search")) {
      return search(call.body().path("query"), store);
    }
    String id = at.size() > 1 ? at.get(1) : "";
    String what = call.method() + (at.size() > 2 ? " " + at.get(2) : "");
    return switch (what) {
      case "GET" -> shown(name(id, store), store);
      case "PUT" -> update(call, name(id, store));
      case "DELETE" -> delete(call, id);
      case "POST archive" -> archive(id, store);
      case "POST unarchive" -> unarchive(id, store);
      default -> throw IntercomWords.noSuchAddress();
    };
  }

  private WireReply create(IntercomRecord.Call call) throws Refusal {
    JsonNode body = call.body();
    if (body.path("role").asText("user").equals("user")
        && !body.hasNonNull("external_id")
        && !body.hasNonNull("email")) {
      throw new Refusal(400, "parameter_not_found", "email", "email or external_id is missing");
    }
    Optional<String> other =
        named(call.store(), "external_id", body.path("external_id").asText(""))
            .or(() -> named(call.store(), "email", body.path("email").asText("")));
    if (other.isPresent()) {
      throw conflict(call.store().id(OBJECT, other.get()));
    }
    String name = body.path("external_id").asText(body.path("email").asText(""));
    if (name.isEmpty()) {
      name = "lead " + nameless.incrementAndGet();
    }
    return write(call, "insert", name);
  }

  private Refusal conflict(String id) {
    String who = archived.contains(id) ? "An archived contact" : "A contact";
    return new Refusal(
        409, "conflict", null, who + " matching those details already exists with id=" + id);
  }

  private WireReply update(IntercomRecord.Call call, String name) throws Refusal {
    for (String mark : List.of("external_id", "email")) {
      Optional<String> other = named(call.store(), mark, call.body().path(mark).asText(""));
      if (other.isPresent() && !other.get().equals(name)) {
        throw conflict(call.store().id(OBJECT, other.get()));
      }
    }
    return write(call, "update", name);
  }

  private WireReply write(IntercomRecord.Call call, String op, String name) {
    ObjectNode fields = IntercomWords.flat(call.body());
    return IntercomRecord.write(
        call,
        OBJECT,
        op,
        name,
        fields,
        result -> {
          for (String mark : List.of("external_id", "email")) {
            if (fields.hasNonNull(mark)) {
              names.put(mark(mark, fields.get(mark).asText()), name);
            }
          }
          return shown(name, call.store());
        });
  }

  private WireReply delete(IntercomRecord.Call call, String id) throws Refusal {
    return IntercomRecord.write(
        call,
        OBJECT,
        "delete",
        name(id, call.store()),
        null,
        result -> {
          gone.add(id);
          ObjectNode body = IntercomWords.JSON.createObjectNode().put("type", "contact");
          return WireReply.of(200, body.put("id", id).put("deleted", true).toString());
        });
  }

  /** A search for one value of one of the marks; real ones are some minutes behind. */
  private WireReply search(JsonNode query, SandboxStore store) throws Refusal {
    if (!query.path("operator").asText().equals("=")) {
      throw new Refusal(400, "bad_request", "operator", "the sandbox searches with = alone");
    }
    Optional<String> found =
        named(store, query.path("field").asText(), query.path("value").asText())
            .filter(name -> !archived.contains(store.id(OBJECT, name)));
    return IntercomWords.list(
        found.stream()
            .map(name -> IntercomWords.shown("contact", store.record(OBJECT, name)))
            .toList());
  }

  private WireReply archive(String id, SandboxStore store) throws Refusal {
    name(id, store);
    archived.add(id);
    return state(id, true);
  }

  private WireReply unarchive(String id, SandboxStore store) throws Refusal {
    if (gone.contains(id)) {
      throw new Refusal(
          400,
          "bad_request",
          null,
          "User has been marked for permanent deletion and is not restorable.");
    }
    if (store.nameOf(OBJECT, id) == null) {
      throw notFound();
    }
    archived.remove(id);
    return state(id, false);
  }

  private static WireReply state(String id, boolean isArchived) {
    ObjectNode body = IntercomWords.JSON.createObjectNode().put("type", "contact");
    return WireReply.of(200, body.put("id", id).put("archived", isArchived).toString());
  }

  /** Name of the contact an event is about. */
  String ofEvent(JsonNode event, SandboxStore store) throws Refusal {
    if (event.hasNonNull("id")) {
      return name(event.get("id").asText(), store);
    }
    return visible(
        named(store, "external_id", event.path("user_id").asText(""))
            .or(() -> named(store, "email", event.path("email").asText(""))),
        store);
  }

  /** The name of the contact with that id. */
  String name(String id, SandboxStore store) throws Refusal {
    return visible(Optional.ofNullable(store.nameOf(OBJECT, id)), store);
  }

  private String visible(Optional<String> name, SandboxStore store) throws Refusal {
    if (name.isEmpty() || archived.contains(store.id(OBJECT, name.get()))) {
      throw notFound();
    }
    return name.get();
  }

  private static Refusal notFound() {
    return new Refusal(404, "not_found", null, "User Not Found");
  }

  /** The contact that has this mark now: what it was called before does not count. */
  private Optional<String> named(SandboxStore store, String field, String value) {
    return Optional.ofNullable(names.get(mark(field, value)))
        .filter(name -> store.id(OBJECT, name) != null)
        .filter(
            name -> {
              String held = store.record(OBJECT, name).fields();
              String now = IntercomWords.tree(held).path(field).asText("");
              return mark(field, now).equals(mark(field, value));
            });
  }

  private static String mark(String field, String value) {
    return field + " " + (field.equals("email") ? value.toLowerCase(Locale.ROOT) : value);
  }

  private static WireReply shown(String name, SandboxStore store) {
    ObjectNode shown = IntercomWords.shown("contact", store.record(OBJECT, name));
    return WireReply.of(200, shown.toString());
  }
}
