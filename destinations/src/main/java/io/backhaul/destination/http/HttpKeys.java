/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.config.DailyCalls;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys every HTTP destination shares ({@code url}, {@code auth}, {@code timeout}, {@code
 * batch}, {@code rate}, {@code allow_insecure}, {@code allow_private_networks}), with one vendor's
 * limits as their defaults.
 *
 * @param url the vendor's address, or {@code null} where the file must name it
 * @param maxRecords most records the vendor takes in one request
 * @param usualRecords how many go into one request unless the file says otherwise
 * @param maxBytes most bytes the vendor takes in one request
 * @param requestsPerSecond what the vendor allows one account
 * @param concurrency requests in flight that the vendor allows one account
 * @param tokenPath where the vendor gives OAuth 2.0 tokens, appended to the url, or {@code null}
 *     where the file must name it; one that ends with a question mark gets the form as its query
 */
public record HttpKeys(
    String url,
    int maxRecords,
    int usualRecords,
    long maxBytes,
    double requestsPerSecond,
    int concurrency,
    String tokenPath) {

  private static final String TIMEOUT = "30s";

  /** Of a vendor that has no token endpoint of its own. */
  public HttpKeys(
      String url,
      int maxRecords,
      int usualRecords,
      long maxBytes,
      double requestsPerSecond,
      int concurrency) {
    this(url, maxRecords, usualRecords, maxBytes, requestsPerSecond, concurrency, null);
  }

  /** The shared keys, followed by the vendor's own. */
  public Shape.Obj shape(Key... own) {
    List<Key> keys = new ArrayList<>();
    String where = "Address that requests are sent to; https unless it is this machine.";
    keys.add(
        url == null
            ? Key.required("url", new Shape.Url(), where)
            : Key.optional("url", new Shape.Url(), url, where));
    keys.add(Key.optional("auth", auth(), "How requests prove who sends them; none if left out."));
    keys.add(
        Key.optional(
            "timeout",
            new Shape.Span(),
            TIMEOUT,
            "Total time of one request, from connecting to the last byte of the answer."));
    keys.add(Key.optional("batch", batch(), "How much goes into one request."));
    keys.add(Key.optional("rate", rate(), "How hard the destination may be driven."));
    keys.add(
        Key.optional(
            "allow_insecure",
            new Shape.Flag(),
            "false",
            "Whether plain http may be used for another machine than this one."));
    keys.add(
        Key.optional(
            "allow_private_networks",
            new Shape.Flag(),
            "false",
            "Whether the destination may be in a private network, or a name other than localhost"
                + " lead to this machine. Link-local and metadata addresses are refused always."));
    keys.addAll(List.of(own));
    return new Shape.Obj(keys);
  }

  private Shape auth() {
    Key token = Key.required("token", Shape.secret(), "The token.");
    List<Shape.Case> cases = new ArrayList<>();
    cases.addAll(
        List.of(
            new Shape.Case("bearer", Shape.obj(token)),
            new Shape.Case(
                "basic",
                Shape.obj(
                    Key.required("username", Shape.text(), "The user's name."),
                    Key.required("password", Shape.secret(), "The user's password."))),
            new Shape.Case(
                "header",
                Shape.obj(
                    Key.required("header", Shape.text(), "Name of the header for the token."),
                    token)),
            new Shape.Case(
                "query",
                Shape.obj(
                    Key.required("name", Shape.text(), "Name of the query's key for the token."),
                    token)),
            new Shape.Case("none", Shape.obj())));
    cases.addAll(OAuthKeys.cases(tokenPath));
    return new Shape.Variants("type", cases);
  }

  private Shape.Obj batch() {
    return Shape.obj(
        Key.optional(
            "max_records",
            new Shape.Whole(1, maxRecords),
            Integer.toString(usualRecords),
            "Most records in one request."),
        Key.optional(
            "max_bytes", new Shape.Size(), Long.toString(maxBytes), "Most bytes in one request."));
  }

  private Shape.Obj rate() {
    List<Key> keys = new ArrayList<>();
    keys.add(
        Key.optional(
            "requests_per_second",
            new Shape.Decimal(0.001, 100_000),
            Double.toString(requestsPerSecond),
            "Most requests a second, all executors together."));
    keys.add(
        Key.optional(
            "concurrency",
            new Shape.Whole(1, 1_000),
            Integer.toString(concurrency),
            "Most requests in flight, all executors together."));
    keys.addAll(DailyCalls.KEYS);
    return new Shape.Obj(keys);
  }

  /**
   * Reads the shared keys from properties of this {@link #shape}.
   *
   * @throws DestinationException (refused) if the address may not be used or credentials are
   *     incomplete
   */
  public HttpSettings read(ObjectNode properties) {
    JsonNode batch = properties.path("batch");
    JsonNode rate = properties.path("rate");
    boolean allowInsecure = properties.path("allow_insecure").asBoolean(false);
    boolean allowPrivate = properties.path("allow_private_networks").asBoolean(false);
    URI address = URI.create(properties.path("url").asText(url == null ? "" : url));
    new AddressGuard(allowInsecure, allowPrivate).check(address);
    JsonNode section = properties.path("auth");
    Auth auth = OAuthKeys.read(section, address, tokenPath).orElseGet(() -> auth(section));
    auth.header(); // refuses what no header can hold
    return new HttpSettings(
        address,
        auth,
        Duration.ofMillis(properties.path("timeout").asLong(30_000)),
        batch.path("max_records").asInt(usualRecords),
        batch.path("max_bytes").asLong(maxBytes),
        rate.path("requests_per_second").asDouble(requestsPerSecond),
        rate.path("concurrency").asInt(concurrency),
        allowInsecure,
        allowPrivate);
  }

  private static Auth auth(JsonNode auth) {
    String type = auth.path("type").asText("none");
    return switch (type) {
      case "bearer" -> new Auth.Bearer(text(auth, "token"));
      case "basic" -> new Auth.Basic(username(auth), text(auth, "password"));
      case "header" -> new Auth.ApiKeyHeader(text(auth, "header"), text(auth, "token"));
      case "query" -> new Auth.ApiKeyQuery(text(auth, "name"), text(auth, "token"));
      case "none" -> new Auth.None();
      default -> throw new IllegalArgumentException("the shape admits no auth.type " + type);
    };
  }

  private static String username(JsonNode auth) {
    String name = text(auth, "username");
    if (name.indexOf(':') >= 0) {
      throw DestinationException.refused(
          "AUTH_INCOMPLETE",
          0,
          "auth.username holds a colon, which ends it on the way: leave it out");
    }
    return name;
  }

  private static String text(JsonNode auth, String key) {
    JsonNode value = auth.get(key);
    if (value == null || value.asText().isBlank()) {
      throw DestinationException.refused("AUTH_INCOMPLETE", 0, "auth." + key + " is empty");
    }
    return value.asText();
  }
}
