/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.KlaviyoProfiles.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One call that changes something else than a profile's fields, and answers without a body: an
 * event, a deletion, the members of a list. Events are kept under {@code events}, named by profile,
 * metric and unique id, of which one is recorded once; members under {@code lists/ID}.
 */
final class KlaviyoDeed implements SandboxApi {

  /** Which. */
  enum Kind {
    EVENT,
    DELETION,
    JOINING,
    LEAVING
  }

  private static final int MAX_MEMBERS = 1_000;

  private final Kind kind;
  private final String list;
  private final KlaviyoProfiles profiles;
  private final SandboxStore store;

  /**
   * @param list whose members change, else {@code null}
   */
  KlaviyoDeed(Kind kind, String list, KlaviyoProfiles profiles, SandboxStore store) {
    this.kind = kind;
    this.list = list;
    this.profiles = profiles;
    this.store = store;
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    JsonNode data = KlaviyoProfiles.JSON.readTree(request.body()).path("data");
    return switch (kind) {
      case EVENT -> event(data, watch);
      case DELETION -> deletion(data);
      case JOINING, LEAVING -> members(data);
    };
  }

  private Posted event(JsonNode data, Set<String> watch) throws BadRequest {
    JsonNode attributes = data.path("attributes");
    JsonNode profile = attributes.at("/profile/data");
    String metric = attributes.at("/metric/data/attributes/name").asText("");
    if (metric.isEmpty() || !attributes.path("properties").isObject()) {
      throw new BadRequest("an event has a metric and properties");
    }
    if (profiles.problem(profile) != null) {
      throw new BadRequest("an event has a profile with one identifier");
    }
    ObjectNode fields = attributes.path("properties").deepCopy();
    for (String name : List.of("time", "value", "value_currency", "unique_id")) {
      if (attributes.hasNonNull(name)) {
        fields.set(name, attributes.get(name));
      }
    }
    String who = profiles.found(profile).orElseGet(() -> profile.path("attributes").toString());
    String name = String.join("/", who, metric, attributes.path("unique_id").asText(""));
    Incoming event =
        new Incoming(name, fields.toString(), KlaviyoProfiles.watched(fields, watch), metric);
    // Of an event that is recorded already the first version stays.
    boolean known = store.id("events", name) != null;
    return new Posted("events", known ? "update" : "insert", List.of(event), 400);
  }

  private Posted deletion(JsonNode data) throws BadRequest {
    JsonNode profile = data.at("/attributes/profile/data");
    int named = profile.hasNonNull("id") ? 1 : 0;
    for (JsonNode identifier : profile.path("attributes")) {
      named += identifier.isNull() ? 0 : 1;
    }
    if (named != 1) {
      throw new BadRequest("exactly one identifier is required");
    }
    String name = profiles.found(profile).orElseGet(() -> "none:" + profile);
    profiles.forget(name);
    Incoming gone = new Incoming(name, "", Map.of(), "");
    return new Posted(KlaviyoProfiles.OBJECT, "delete", List.of(gone), 400);
  }

  private Posted members(JsonNode data) throws BadRequest {
    if (data.isEmpty() || data.size() > MAX_MEMBERS) {
      throw new BadRequest("a call takes 1 to 1,000 profiles");
    }
    List<Incoming> members = new ArrayList<>();
    for (JsonNode one : data) {
      String fields = kind == Kind.JOINING ? one.toString() : "";
      members.add(new Incoming(one.path("id").asText(), fields, Map.of(), ""));
    }
    return new Posted("lists/" + list, kind == Kind.JOINING ? "upsert" : "delete", members, 400);
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    return WireReply.of(list == null ? 202 : 204, "");
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return KlaviyoProfiles.refusal(
        status, new Problem(code, KlaviyoProfiles.pointer(field), message, null));
  }
}
