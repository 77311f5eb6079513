/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Transport;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Any endpoint that takes {@code {"object","op","records":[{"key":{…},"fields":{…}}]}}; a delete
 * carries {@code id}, the destination's own id, in place of fields, if one is known. Keys and
 * fields go out character for character as they stand in the outbox.
 *
 * <p>With {@code results: per_record} the answer is {@code {"results":[{"key","status":
 * "applied|rejected|retry","id","code","field","message"}]}}; keys are matched by value. With
 * {@code results: by_status} any 2xx stands for all records, whatever its body, unless the body is
 * an HTML page: that is a login form or a proxy, not the endpoint.
 */
final class HttpDestination implements Destination {

  private final HttpConfig config;
  private final DeliveryContext context;
  private final Capabilities capabilities;
  private final Transport transport;

  HttpDestination(HttpConfig config, DeliveryContext context, Set<String> secrets) {
    this.config = config;
    this.context = context;
    this.transport = Transport.open(config.http(), context, secrets);
    this.capabilities =
        new Capabilities(
            config.ops(),
            config.http().maxRecords(),
            config.http().maxBytes(),
            config.http().requestsPerSecond(),
            config.http().concurrency(),
            config.idempotencyKeys(),
            Set.of());
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /** What the destination file says of the object; nothing is asked of the endpoint. */
  @Override
  public ObjectSchema describe(String object) {
    if (config.objects().isEmpty()) {
      return ObjectSchema.open(object);
    }
    return Optional.ofNullable(config.objects().get(object))
        .orElseThrow(
            () ->
                DestinationException.refused(
                    "OBJECT_UNKNOWN",
                    0,
                    "the destination file declares no object '"
                        + object
                        + "', only "
                        + String.join(", ", new TreeMap<>(config.objects()).keySet())));
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    HttpAnswer answer = transport.send(call(batch));
    if (ErrorTable.DEFAULT.action(answer) != ErrorTable.Action.OK) {
      throw failure(batch, answer);
    }
    return switch (config.results()) {
      case PER_RECORD ->
          Delivery.Settled.of(batch, perRecord(batch, answer), answer.status(), RateHint.NONE);
      case BY_STATUS ->
          new Delivery.Settled(byStatus(batch, answer), answer.status(), RateHint.NONE);
    };
  }

  @Override
  public void close() {
    transport.close();
  }

  private HttpCall call(Batch batch) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Content-Type", "application/json");
    headers.put("Accept", "application/json");
    headers.putAll(config.headers());
    if (config.idempotencyHeader() != null) {
      headers.put(config.idempotencyHeader(), batch.id());
    }
    return new HttpCall(config.method(), address(batch), headers, body(batch), null);
  }

  private URI address(Batch batch) {
    String path =
        config
            .paths()
            .get(batch.op())
            .replace("{object}", encoded(batch.object()))
            .replace("{op}", batch.op().wireName());
    return path.isEmpty() ? config.http().url() : config.http().at(path);
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static byte[] body(Batch batch) {
    StringBuilder body = new StringBuilder(256 * batch.size());
    body.append("{\"object\":");
    quote(batch.object(), body);
    body.append(",\"op\":\"").append(batch.op().wireName()).append("\",\"records\":[");
    String comma = "";
    for (Change change : batch.changes()) {
      body.append(comma).append("{\"key\":").append(change.key());
      if (batch.op() != Op.DELETE) {
        body.append(",\"fields\":").append(change.fields());
      } else if (change.destinationId() != null) {
        body.append(",\"id\":");
        quote(change.destinationId(), body);
      }
      body.append('}');
      comma = ",";
    }
    return JsonBody.utf8(body.append("]}"));
  }

  private static void quote(String text, StringBuilder body) {
    body.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, body);
    body.append('"');
  }

  private DestinationException failure(Batch batch, HttpAnswer answer) {
    JsonNode words = JsonBody.tree(answer).orElse(null);
    String message = text(words, "message");
    return ErrorTable.DEFAULT.failure(
        answer,
        context.clock(),
        text(words, "code"),
        text(words, "field"),
        message == null ? null : transport.redactor(JsonBody.values(batch)).redact(message));
  }

  private static List<RecordResult> byStatus(Batch batch, HttpAnswer answer) {
    String start = answer.text().stripLeading().toLowerCase(Locale.ROOT);
    if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      throw DestinationException.contradictory(
          answer.status(), "the answer is a web page: is url the right address?");
    }
    List<RecordResult> results = new ArrayList<>(batch.size());
    batch.changes().forEach(change -> results.add(new RecordResult.Applied(change.key(), null)));
    return results;
  }

  private static List<RecordResult> perRecord(Batch batch, HttpAnswer answer) {
    JsonNode told = JsonBody.object(answer).path("results");
    if (!told.isArray()) {
      throw DestinationException.contradictory(
          answer.status(), "the answer holds no list of results: results: by_status may be meant");
    }
    Map<String, String> keys = new HashMap<>();
    batch.changes().forEach(c -> keys.put(JsonKey.of(JsonBody.parse(c.key())), c.key()));
    List<RecordResult> results = new ArrayList<>();
    for (JsonNode result : told) {
      String key = keys.get(JsonKey.of(result.path("key")));
      if (key == null) {
        throw DestinationException.contradictory(
            answer.status(), "the answer names a record that is not in " + batch);
      }
      results.add(result(key, result, answer));
    }
    return results;
  }

  private static RecordResult result(String key, JsonNode result, HttpAnswer answer) {
    String status = result.path("status").asText();
    String code = text(result, "code");
    return switch (status) {
      case "applied" -> new RecordResult.Applied(key, text(result, "id"));
      case "rejected" ->
          new RecordResult.Rejected(
              key,
              code == null ? "REJECTED" : code,
              text(result, "field"),
              text(result, "message"));
      case "retry" -> new RecordResult.Retry(key, code == null ? "RETRY" : code);
      default ->
          throw DestinationException.contradictory(
              answer.status(), "a result's status is not applied, rejected or retry");
    };
  }

  private static String text(JsonNode object, String name) {
    JsonNode value = object == null ? null : object.get(name);
    return value == null || value.isNull() || value.isContainerNode() ? null : value.asText();
  }
}
