/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code auth:} sections by which a token is fetched: RFC 6749 4.4 and 6, RFC 7523. */
final class OAuthKeys {

  private OAuthKeys() {}

  /**
   * @param tokenPath the vendor's own endpoint, appended to the url; {@code null} if it has none
   */
  static List<Shape.Case> cases(String tokenPath) {
    String where = "Address a token is asked for";
    Key url =
        tokenPath == null
            ? Key.required("token_url", new Shape.Url(), where + ".")
            : Key.optional(
                "token_url",
                new Shape.Url(),
                where + "; " + tokenPath.replace("?", "") + " at url if left out.");
    Key client = Key.required("client_id", Shape.text(), "The client's id.");
    Key secret = Key.required("client_secret", Shape.secret(), "The client's secret.");
    return List.of(
        new Shape.Case(
            "client_credentials",
            Shape.obj(
                url, client, secret, Key.optional("scope", Shape.text(), "Scopes to ask for."))),
        new Shape.Case(
            "refresh_token",
            Shape.obj(
                url,
                client,
                secret,
                Key.required("refresh_token", Shape.secret(), "The refresh token."))),
        new Shape.Case(
            "jwt_bearer",
            Shape.obj(
                url,
                client,
                Key.required("username", Shape.text(), "The user the token is for."),
                Key.required(
                    "private_key", Shape.secret(), "RSA private key, PKCS #8, as PEM text."),
                Key.required("audience", Shape.text(), "Who the assertion is meant for."))));
  }

  /** The credentials, if {@code auth} is one of these {@link #cases}. */
  static Optional<Auth> read(JsonNode auth, URI url, String tokenPath) {
    return switch (auth.path("type").asText("")) {
      case "client_credentials" -> {
        Map<String, String> form = form(auth, "client_credentials", "client_id", "client_secret");
        if (auth.hasNonNull("scope")) {
          form.put("scope", auth.get("scope").asText());
        }
        yield Optional.of(fixed(auth, url, tokenPath, form, Set.of(form.get("client_secret"))));
      }
      case "refresh_token" -> {
        Map<String, String> form =
            form(auth, "refresh_token", "client_id", "client_secret", "refresh_token");
        Set<String> secrets = Set.of(form.get("client_secret"), form.get("refresh_token"));
        yield Optional.of(fixed(auth, url, tokenPath, form, secrets));
      }
      case "jwt_bearer" -> {
        JwtAssertion assertion =
            new JwtAssertion(
                text(auth, "client_id"),
                text(auth, "username"),
                text(auth, "audience"),
                text(auth, "private_key"));
        yield Optional.of(
            new Auth.OAuth(
                tokenUrl(auth, url, tokenPath),
                clock -> jwtForm(assertion, clock),
                Set.of(text(auth, "private_key"))));
      }
      default -> Optional.empty();
    };
  }

  private static Map<String, String> jwtForm(JwtAssertion assertion, Clock clock) {
    return Map.of(
        "grant_type",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion",
        assertion.signed(clock.instant()));
  }

  private static Auth fixed(
      JsonNode auth, URI url, String tokenPath, Map<String, String> form, Set<String> secrets) {
    Map<String, String> all = Map.copyOf(form);
    return new Auth.OAuth(tokenUrl(auth, url, tokenPath), clock -> all, secrets);
  }

  private static Map<String, String> form(JsonNode auth, String grant, String... keys) {
    Map<String, String> form = new HashMap<>(Map.of("grant_type", grant));
    for (String key : keys) {
      form.put(key, text(auth, key));
    }
    return form;
  }

  private static URI tokenUrl(JsonNode auth, URI url, String tokenPath) {
    return auth.hasNonNull("token_url")
        ? URI.create(auth.get("token_url").asText())
        : HttpSettings.under(url, tokenPath);
  }

  private static String text(JsonNode auth, String key) {
    String value = auth.path(key).asText("");
    if (value.isBlank()) {
      throw DestinationException.refused("AUTH_INCOMPLETE", 0, "auth." + key + " is empty");
    }
    return value;
  }
}
