/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.CallSeries;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.HttpSettings;
import io.backhaul.destination.http.JsonBody;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words batches as Klaviyo's calls, and says of which records there can be none. */
final class KlaviyoRequest {

  /** What the answers are read by; Klaviyo keeps a revision for two years. */
  private static final String REVISION = "2026-07-15";

  private static final String MEDIA_TYPE = "application/vnd.api+json";

  /** Most bytes of one profile. */
  private static final int MAX_PROFILE = 100_000;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final HttpSettings http;
  private final Batch batch;
  private final KlaviyoObject object;
  private final List<RecordResult> refused = new ArrayList<>();

  KlaviyoRequest(HttpSettings http, Batch batch, KlaviyoObject object) {
    this.http = http;
    this.batch = batch;
    this.object = object;
  }

  /** A question. */
  static HttpCall get(HttpSettings http, String path) {
    return new HttpCall("GET", http.at(path), headers(), null, null);
  }

  private static Map<String, String> headers() {
    return Map.of("Accept", MEDIA_TYPE, "revision", REVISION);
  }

  /** Results of the records that the calls made so far leave out. */
  List<RecordResult> refused() {
    return List.copyOf(refused);
  }

  /** The profiles that can be sent, each once. */
  List<KlaviyoProfile> profiles() {
    List<KlaviyoProfile> sent = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Change change : batch.changes()) {
      KlaviyoProfile profile = KlaviyoProfile.of(change);
      Optional<String> by = profile.identifier();
      if (by.isEmpty()) {
        refuse(change, "IDENTIFIER_MISSING", "email", "nothing tells Klaviyo which profile it is");
      } else if (!seen.add(by.get() + " " + profile.marks().get(by.get()))) {
        refuse(
            change,
            "DUPLICATE_ID",
            by.get(),
            "another record of the same request has the same " + by.get());
      } else if (profile.resource().toString().getBytes(StandardCharsets.UTF_8).length
          > MAX_PROFILE) {
        refuse(change, "TOO_LARGE", null, "Klaviyo takes no profile of more than 100 KB");
      } else {
        sent.add(profile);
      }
    }
    return sent;
  }

  private void refuse(Change change, String code, String field, String message) {
    refused.add(new RecordResult.Rejected(change.key(), code, field, message));
  }

  /** The job that imports the profiles. */
  HttpCall importJob(List<KlaviyoProfile> profiles) {
    ObjectNode body = NODES.objectNode();
    ArrayNode data =
        body.putObject("data")
            .put("type", "profile-bulk-import-job")
            .putObject("attributes")
            .putObject("profiles")
            .putArray("data");
    profiles.forEach(profile -> data.add(profile.typed()));
    return post("/api/profile-bulk-import-jobs", body);
  }

  /** The same one by one. */
  List<CallSeries.Part> imports(List<KlaviyoProfile> profiles) {
    List<CallSeries.Part> parts = new ArrayList<>();
    for (KlaviyoProfile profile : profiles) {
      ObjectNode body = NODES.objectNode();
      body.set("data", profile.typed());
      parts.add(part(post("/api/profile-import", body), profile.change()));
    }
    return parts;
  }

  /** Klaviyo deletes by exactly one of its id, the address and the telephone number. */
  List<CallSeries.Part> deletions() {
    List<CallSeries.Part> parts = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Change change : batch.changes()) {
      ChangeFields given = ChangeFields.of(change);
      ObjectNode profile = NODES.objectNode().put("type", "profile");
      ObjectNode attributes = profile.putObject("attributes");
      Optional<String> id = profileId(given);
      if (id.isPresent()) {
        profile.put("id", id.get());
      } else {
        List.of("email", "phone_number").stream()
            .filter(name -> given.identity(name).isPresent())
            .findFirst()
            .ifPresent(
                name -> attributes.put(name, KlaviyoProfile.text(given.identity(name).get())));
      }
      if (id.isEmpty() && attributes.isEmpty()) {
        refuse(
            change,
            "NO_DESTINATION_ID",
            null,
            "Klaviyo deletes by its own id, email or phone_number, none of which is known of it");
      } else if (!seen.add(profile.toString())) {
        refuse(change, "DUPLICATE_ID", null, "another record of the same request is the same");
      } else {
        parts.add(part(post("/api/data-privacy-deletion-jobs", deletion(profile)), change));
      }
    }
    return parts;
  }

  private static ObjectNode deletion(ObjectNode profile) {
    ObjectNode body = NODES.objectNode();
    body.putObject("data")
        .put("type", "data-privacy-deletion-job")
        .putObject("attributes")
        .putObject("profile")
        .set("data", profile);
    return body;
  }

  /** One call for each event. */
  List<CallSeries.Part> events() {
    List<CallSeries.Part> parts = new ArrayList<>();
    for (Change change : batch.changes()) {
      KlaviyoEvent event = KlaviyoEvent.of(change, object.name());
      if (event.refusal() == null) {
        parts.add(part(post("/api/events", event.body()), change));
      } else {
        refused.add(event.refusal());
      }
    }
    return parts;
  }

  /** Adds to a list or takes from it, so many profiles a call as it takes. */
  List<CallSeries.Part> memberships() {
    Map<String, Change> byId = new HashMap<>();
    List<String> ids = new ArrayList<>();
    for (Change change : batch.changes()) {
      Optional<String> id = memberId(change);
      if (id.isEmpty()) {
        refuse(change, "NO_DESTINATION_ID", "profile_id", "a list takes profiles by Klaviyo's id");
      } else if (byId.putIfAbsent(id.get(), change) != null) {
        refuse(
            change,
            "DUPLICATE_ID",
            "profile_id",
            "another record of the same request has the same profile_id");
      } else {
        ids.add(id.get());
      }
    }
    List<CallSeries.Part> parts = new ArrayList<>();
    int most = object.kind().maxRecords();
    for (int from = 0; from < ids.size(); from += most) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + most));
      parts.add(new CallSeries.Part(membership(some), some.stream().map(byId::get).toList()));
    }
    return parts;
  }

  private HttpCall membership(List<String> ids) {
    ObjectNode body = NODES.objectNode();
    ArrayNode data = body.putArray("data");
    ids.forEach(id -> data.addObject().put("type", "profile").put("id", id));
    String method = batch.op() == Op.DELETE ? "DELETE" : "POST";
    return call(method, "/api/lists/" + object.name() + "/relationships/profiles", body);
  }

  /** Klaviyo's id of a profile, by whatever it is known. */
  static Optional<String> memberId(Change change) {
    ChangeFields given = ChangeFields.of(change);
    return profileId(given)
        .or(() -> given.soleKey().flatMap(given::identity).map(KlaviyoProfile::text));
  }

  private static Optional<String> profileId(ChangeFields given) {
    return Optional.ofNullable(given.change().destinationId())
        .or(() -> given.identity("profile_id").map(JsonNode::asText));
  }

  private static CallSeries.Part part(HttpCall call, Change change) {
    return new CallSeries.Part(call, List.of(change));
  }

  private HttpCall post(String path, ObjectNode body) {
    return call("POST", path, body);
  }

  private HttpCall call(String method, String path, ObjectNode body) {
    Map<String, String> headers = new HashMap<>(headers());
    headers.put("Content-Type", MEDIA_TYPE);
    byte[] bytes = JsonBody.utf8(body.toString());
    return new HttpCall(method, http.at(path), headers, bytes, null);
  }
}
