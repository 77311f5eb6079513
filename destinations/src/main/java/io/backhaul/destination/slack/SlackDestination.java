/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import io.backhaul.destination.http.RetryAfter;
import io.backhaul.destination.http.Transport;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Slack messages, one a call: posted, edited and deleted. Slack answers 200 to everything but a
 * throttle; whether it did as told stands in {@code ok}.
 *
 * <p>There is no idempotency key: a message whose answer is lost may be there, and is declared so
 * that nobody posts it a second time unasked. Looking up a channel or a user changes nothing, so
 * that one that fails leaves nothing in doubt.
 */
final class SlackDestination implements Destination {

  private static final String AUTH_TEST = "/api/auth.test";
  private static final String POSTS = "chat:write";

  private final SlackConfig config;
  private final DeliveryContext context;
  private final Transport transport;
  private final Capabilities capabilities;
  private final SlackDirectory directory;

  SlackDestination(SlackConfig config, DeliveryContext context, Set<String> secrets) {
    this.config = config;
    this.context = context;
    this.transport = Transport.open(config.http(), context, secrets);
    this.directory = new SlackDirectory(this::ask);
    this.capabilities =
        new Capabilities(
            SlackConfig.OPS,
            config.http().maxRecords(),
            config.http().maxBytes(),
            config.http().requestsPerSecond(),
            config.http().concurrency(),
            false,
            Set.of("channel", "email"));
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /** Any field: those that are no argument of a message are there for the templates. */
  @Override
  public ObjectSchema describe(String object) {
    SlackObject.of(object);
    return ObjectSchema.open(object);
  }

  /** Asks who we are ({@code GET /api/auth.test}), and looks whether we may post. */
  @Override
  public Probe probe() {
    HttpAnswer answer = transport.send(HttpCall.get(config.http().at(AUTH_TEST)));
    JsonNode account = body(answer, Set.of());
    if (!account.path("ok").asBoolean()) {
      SlackErrors.pass(account, RetryAfter.of(answer, context.clock()), SlackErrors.words(account));
      throw DestinationException.refused(
          SlackErrors.code(account), answer.status(), "Slack: " + SlackErrors.words(account));
    }
    String scopes = answer.header("X-OAuth-Scopes").orElse(POSTS);
    if (!List.of(scopes.split("\\s*,\\s*")).contains(POSTS)) {
      throw DestinationException.refused(
          "missing_scope", answer.status(), "the token lacks the scope " + POSTS + ": add it");
    }
    String name = account.path("user").asText() + " in " + account.path("team").asText();
    return new Probe("GET " + AUTH_TEST, name, answer.ahead(context.clock()));
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    SlackObject object = SlackObject.of(batch.object());
    Change change = batch.changes().get(0);
    try {
      SlackMessage message = SlackMessage.of(ChangeFields.of(change), object, config, directory);
      HttpAnswer answer = transport.send(call(message));
      RecordResult result = result(change, answer, JsonBody.values(batch));
      return new Delivery.Settled(List.of(result), answer.status(), RateHint.NONE);
    } catch (Unsendable e) {
      return new Delivery.Settled(List.of(e.result(change.key())), 0, RateHint.NONE);
    } catch (DestinationException e) {
      if (e.kind() != Kind.POISONED) {
        throw e;
      }
      RecordResult rejected =
          new RecordResult.Rejected(change.key(), e.code(), e.field(), e.getMessage());
      return new Delivery.Settled(List.of(rejected), e.httpStatus(), RateHint.NONE);
    }
  }

  @Override
  public void close() {
    transport.close();
  }

  /** Slack warns of JSON whose charset is not named. */
  private HttpCall call(SlackMessage message) {
    return new HttpCall(
        "POST",
        config.http().at("/api/" + message.method()),
        Map.of("Content-Type", "application/json; charset=utf-8", "Accept", "application/json"),
        JsonBody.utf8(message.body().toString()),
        null);
  }

  private RecordResult result(Change change, HttpAnswer answer, Set<String> values) {
    JsonNode body = body(answer, values);
    if (body.path("ok").asBoolean()) {
      return new RecordResult.Applied(change.key(), id(change, answer, body));
    }
    if (change.op() == Op.DELETE && SlackErrors.code(body).equals("message_not_found")) {
      return new RecordResult.Applied(change.key(), change.destinationId());
    }
    SlackErrors.pass(
        body,
        RetryAfter.of(answer, context.clock()),
        transport.redactor(values).redact(SlackErrors.words(body)));
    return new RecordResult.Rejected(
        change.key(), SlackErrors.code(body), SlackErrors.field(body), SlackErrors.words(body));
  }

  private static String id(Change change, HttpAnswer answer, JsonNode body) {
    if (change.op() != Op.INSERT && change.destinationId() != null) {
      return change.destinationId();
    }
    if (!body.hasNonNull("channel") || !body.hasNonNull("ts")) {
      throw DestinationException.contradictory(
          answer.status(), "the answer names no message: is url Slack's address?");
    }
    return body.get("channel").asText() + ":" + body.get("ts").asText();
  }

  /** The body of an answer that says whether Slack did as told. */
  private JsonNode body(HttpAnswer answer, Set<String> values) {
    if (ErrorTable.DEFAULT.action(answer) != ErrorTable.Action.OK) {
      throw failure(answer, values);
    }
    JsonNode body = JsonBody.object(answer);
    if (!body.path("ok").isBoolean()) {
      throw DestinationException.contradictory(
          answer.status(), "the answer does not say whether it is ok: is url Slack's address?");
    }
    return body;
  }

  private DestinationException failure(HttpAnswer answer, Set<String> values) {
    JsonNode body = JsonBody.tree(answer).filter(tree -> tree.has("error")).orElse(null);
    if (body == null) {
      return ErrorTable.DEFAULT.failure(answer, context.clock(), null, null, null);
    }
    Redactor redactor = transport.redactor(values);
    return ErrorTable.DEFAULT.failure(
        answer,
        context.clock(),
        redactor.redact(SlackErrors.code(body)),
        SlackErrors.field(body),
        redactor.redact(SlackErrors.words(body)));
  }

  private JsonNode ask(String path) {
    return body(transport.send(HttpCall.get(config.http().at(path))), Set.of());
  }
}
