/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.DestinationException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fetches a token from an OAuth 2.0 token endpoint (RFC 6749, 5.1 and 5.2). Wrong credentials are
 * {@link DestinationException.Kind#REFUSED}, an endpoint that cannot be reached or answers 5xx is
 * {@link DestinationException.Kind#UNAVAILABLE}: nothing was applied, whatever became of the
 * request.
 */
final class OAuthToken {

  /** What stands where a token would, if none is fetched. */
  static final String NOT_FETCHED = "not-fetched";

  /** A token is given up that long before its end: a request takes its time. */
  private static final Duration AHEAD = Duration.ofSeconds(30);

  private final Auth.OAuth grant;
  private final Transport transport;
  private final Clock clock;

  private OAuthToken(Auth.OAuth grant, Transport transport, Clock clock) {
    this.grant = grant;
    this.transport = transport;
    this.clock = clock;
  }

  /** Credentials that fetch their token as {@code grant} says, under the destination's settings. */
  static Auth.Renewable renewable(
      Auth.OAuth grant, HttpSettings settings, DeliveryContext context, Set<String> secrets) {
    Set<String> all = new HashSet<>(secrets);
    all.addAll(grant.secrets());
    Transport transport =
        new Transport(
            new AddressGuard(settings.allowInsecure(), settings.allowPrivateNetworks()),
            new Auth.None(),
            settings.timeout(),
            Transport.MAX_ANSWER_BYTES,
            context.userAgent(),
            all);
    OAuthToken token = new OAuthToken(grant, transport, context.clock());
    return new Auth.Renewable(token::fetch, context.clock());
  }

  private Auth.Token fetch() {
    HttpAnswer answer = answer();
    JsonNode body = JsonBody.tree(answer).orElse(JsonNodeFactory.instance.objectNode());
    String token = body.path("access_token").asText("");
    if (answer.status() / 100 == 2 && !token.isEmpty()) {
      long seconds = body.path("expires_in").asLong(0);
      return new Auth.Token(token, seconds > 0 ? until(seconds) : Instant.MAX);
    }
    if (answer.status() == 429 || answer.status() / 100 == 5) {
      throw DestinationException.unavailable(
          "TOKEN_UNAVAILABLE",
          answer.status(),
          RetryAfter.of(answer, clock),
          "the token endpoint answered " + answer.status());
    }
    String error = body.path("error").asText("HTTP_" + answer.status());
    String words = body.path("error_description").asText("");
    throw DestinationException.refused(
        "TOKEN_REFUSED",
        answer.status(),
        transport
            .redactor(grant.secrets())
            .redact(
                "the token endpoint gives no token: "
                    + error
                    + (words.isEmpty() ? "" : ", " + words)
                    + ": check the auth section"));
  }

  private HttpAnswer answer() {
    HttpCall call = call(grant.tokenUrl(), form());
    try {
      return transport.send(call);
    } catch (DestinationException e) {
      if (e.kind() == DestinationException.Kind.IN_DOUBT) {
        throw DestinationException.unavailable(
            "TOKEN_UNAVAILABLE", 0, Duration.ZERO, "no token: " + e.getMessage());
      }
      throw e;
    }
  }

  /** An address that ends with a question mark wants the form behind it. */
  private static HttpCall call(URI tokenUrl, String form) {
    boolean asQuery = "".equals(tokenUrl.getRawQuery());
    return new HttpCall(
        "POST",
        asQuery ? URI.create(tokenUrl + form) : tokenUrl,
        Map.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json"),
        asQuery ? null : form.getBytes(StandardCharsets.UTF_8),
        null);
  }

  private String form() {
    return grant.form().apply(clock).entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
        .collect(Collectors.joining("&"));
  }

  /** A token that lives shorter than {@link #AHEAD} is used for half of its life. */
  private Instant until(long seconds) {
    Duration life = Duration.ofSeconds(Math.min(seconds, Duration.ofDays(365).toSeconds()));
    Duration used = life.minus(AHEAD);
    return clock.instant().plus(used.compareTo(life.dividedBy(2)) > 0 ? used : life.dividedBy(2));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
