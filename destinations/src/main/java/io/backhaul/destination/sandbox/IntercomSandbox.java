/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.IntercomWords.Refusal;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Intercom's contacts, companies, tags and events, one record a request (developers.intercom.com,
 * REST API 2.14). The store keeps {@code contacts} by external id, else by e-mail address, {@code
 * companies} by company id, {@code events}, and what bears a tag under {@code tags/<name>}.
 */
final class IntercomSandbox implements SandboxVendor {

  /** 10,000 calls a minute for an app, spread over windows of ten seconds. */
  private final RateWindow window =
      new RateWindow(
          1_666,
          Duration.ofSeconds(10),
          IntercomWords.error(
              "rate_limit_exceeded", null, "Exceeded rate limit of 1666 in 10_seconds"));

  private final IntercomContacts contacts = new IntercomContacts();
  private final IntercomCompanies companies = new IntercomCompanies();
  private final IntercomTags tags = new IntercomTags(contacts);

  @Override
  public String name() {
    return "intercom";
  }

  @Override
  public WireReply handle(WireRequest request, Desk desk) {
    boolean named = request.header("Authorization").orElse("").startsWith("Bearer ");
    if (desk.asksForCredentials() && !named) {
      return new Refusal(401, "unauthorized", null, "Access Token Invalid").reply();
    }
    return window.pass(
        desk.now(),
        () -> {
          try {
            return answer(request, desk);
          } catch (Refusal refusal) {
            return refusal.reply();
          }
        });
  }

  private WireReply answer(WireRequest request, Desk desk) throws Refusal {
    List<String> at =
        List.of(request.path().substring(1).split("/")).stream()
            .map(segment -> URLDecoder.decode(segment, StandardCharsets.UTF_8))
            .toList();
    IntercomRecord.Call call = new IntercomRecord.Call(request, body(request), desk);
    return switch (at.get(0)) {
      case "contacts" ->
          at.size() > 2 && at.get(2).equals("tags")
              ? tags.ofContact(call, at)
              : contacts.answer(call, at);
      case "companies" -> companies.answer(call, at);
      case "tags" -> tags.answer(call);
      case "events" -> event(call);
      case "me" -> me();
      case "data_attributes" -> IntercomAttributes.list(request.query("model").orElse("contact"));
      default -> throw IntercomWords.noSuchAddress();
    };
  }

  private static JsonNode body(WireRequest request) throws Refusal {
    try {
      return request.body().length == 0
          ? IntercomWords.JSON.createObjectNode()
          : IntercomWords.JSON.readTree(request.body());
    } catch (IOException e) {
      throw new Refusal(400, "bad_request", null, "the body is not JSON");
    }
  }

  /** An event is one of (contact, name, second): it may come again, and is answered 202 again. */
  private WireReply event(IntercomRecord.Call call) throws Refusal {
    JsonNode body = call.body();
    for (String field : List.of("event_name", "created_at")) {
      if (!body.hasNonNull(field)) {
        throw new Refusal(400, "parameter_not_found", field, field + " is missing");
      }
    }
    String contact = contacts.ofEvent(body, call.store());
    String name =
        contact + " " + body.get("event_name").asText() + " " + body.get("created_at").asText();
    return IntercomRecord.write(
        call, "events", "upsert", name, (ObjectNode) body, result -> WireReply.of(202, ""));
  }

  private static WireReply me() {
    ObjectNode me = IntercomWords.JSON.createObjectNode().put("type", "admin").put("id", "1");
    me.put("name", "Sandbox").put("email", "admin@example.com");
    me.putObject("app").put("type", "app").put("id_code", "sandbox").put("name", "Sandbox");
    return WireReply.of(200, me.toString());
  }
}
