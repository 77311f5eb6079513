/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a request proves who sends it. Immutable but for {@link Renewable}; thread-safe; no form
 * prints its secret.
 */
public sealed interface Auth {

  /** The header to add to a request; empty for a destination that asks for none. */
  Optional<Header> header();

  /**
   * Called when a request that carried {@code rejected} was answered 401.
   *
   * @return a header to try once more with, or empty if there are no other credentials
   */
  default Optional<Header> renewed(Header rejected) {
    return Optional.empty();
  }

  /** The address with the credentials in it, for a destination that wants them there. */
  default URI addressed(URI address) {
    return address;
  }

  /** Values that must not appear in any message. */
  Set<String> secrets();

  /**
   * One request header that holds credentials; refused if it cannot be sent as it stands, see
   * {@link HeaderText}.
   */
  record Header(String name, String value) {
    public Header {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(value, "value");
      HeaderText.check(name, value);
    }

    @Override
    public String toString() {
      return "Header[" + name + ": ***]";
    }
  }

  /** No credentials. */
  record None() implements Auth {
    @Override
    public Optional<Header> header() {
      return Optional.empty();
    }

    @Override
    public Set<String> secrets() {
      return Set.of();
    }
  }

  /** {@code Authorization: Bearer …} (RFC 6750). */
  record Bearer(String token) implements Auth {
    public Bearer {
      Objects.requireNonNull(token, "token");
    }

    @Override
    public Optional<Header> header() {
      return Optional.of(new Header("Authorization", "Bearer " + token));
    }

    @Override
    public Set<String> secrets() {
      return Set.of(token);
    }

    @Override
    public String toString() {
      return "Bearer[***]";
    }
  }

  /** {@code Authorization: Basic …} (RFC 7617, UTF-8). */
  record Basic(String username, String password) implements Auth {
    public Basic {
      Objects.requireNonNull(username, "username");
      Objects.requireNonNull(password, "password");
    }

    private String encoded() {
      byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public Optional<Header> header() {
      return Optional.of(new Header("Authorization", "Basic " + encoded()));
    }

    @Override
    public Set<String> secrets() {
      return Set.of(password, encoded());
    }

    @Override
    public String toString() {
      return "Basic[***]";
    }
  }

  /** A key in a header of the vendor's own name, such as {@code X-Api-Key}. */
  record ApiKeyHeader(String name, String token) implements Auth {
    public ApiKeyHeader {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(token, "token");
    }

    @Override
    public Optional<Header> header() {
      return Optional.of(new Header(name, token));
    }

    @Override
    public Set<String> secrets() {
      return Set.of(token);
    }

    @Override
    public String toString() {
      return "ApiKeyHeader[" + name + ": ***]";
    }
  }

  /** A key in the query of every address. */
  record ApiKeyQuery(String name, String token) implements Auth {
    public ApiKeyQuery {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(token, "token");
    }

    /** None: the key is no header. */
    @Override
    public Optional<Header> header() {
      return Optional.empty();
    }

    @Override
    public URI addressed(URI address) {
      String key = encoded(name) + "=" + encoded(token);
      return URI.create(address + (address.getRawQuery() == null ? "?" : "&") + key);
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public Set<String> secrets() {
      return Stream.of(token, encoded(token)).collect(Collectors.toSet());
    }

    @Override
    public String toString() {
      return "ApiKeyQuery[" + name + ": ***]";
    }
  }

  /**
   * OAuth 2.0 credentials for which a token endpoint gives a bearer token (RFC 6749). {@link
   * Transport#open} makes them {@link Renewable}.
   *
   * @param tokenUrl where a token is asked for; one that ends with a question mark gets the form as
   *     its query
   * @param form what is posted there; made anew each time, because an assertion has a time in it
   * @param secrets of the form
   */
  record OAuth(URI tokenUrl, Function<Clock, Map<String, String>> form, Set<String> secrets)
      implements Auth {
    public OAuth {
      Objects.requireNonNull(tokenUrl, "tokenUrl");
      Objects.requireNonNull(form, "form");
      secrets = Set.copyOf(secrets);
    }

    /** None before a token was fetched. */
    @Override
    public Optional<Header> header() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "OAuth[***]";
    }
  }

  /**
   * A token as its endpoint gave it.
   *
   * @param until when it should no longer be used; {@link Instant#MAX} where nobody said
   */
  record Token(String value, Instant until) {
    public Token {
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(until, "until");
    }

    @Override
    public String toString() {
      return "Token[***]";
    }
  }

  /**
   * A bearer token that is fetched on first use, when its time is over, and when the destination no
   * longer takes it. Of all threads that meet 401 with the same token one fetches; the others wait
   * for its answer and use it.
   */
  final class Renewable implements Auth {

    private final Supplier<Token> source;
    private final Clock clock;
    private Token token;

    /**
     * @param source fetches a fresh token, through a {@link Transport}, so that its address and
     *     answer are held to the same rules; a {@link io.backhaul.destination.DestinationException}
     *     it throws ends the request with it
     */
    public Renewable(Supplier<String> source) {
      this(() -> new Token(source.get(), Instant.MAX), Clock.systemUTC());
    }

    /** The same with tokens whose end is known, by {@code clock}. */
    public Renewable(Supplier<Token> source, Clock clock) {
      this.source = Objects.requireNonNull(source, "source");
      this.clock = Objects.requireNonNull(clock, "clock");
    }

    @Override
    public synchronized Optional<Header> header() {
      if (token == null || !clock.instant().isBefore(token.until())) {
        token = source.get();
      }
      return Optional.of(bearer(token));
    }

    @Override
    public synchronized Optional<Header> renewed(Header rejected) {
      if (token == null || bearer(token).equals(rejected)) {
        token = source.get();
      }
      Header fresh = bearer(token);
      return fresh.equals(rejected) ? Optional.empty() : Optional.of(fresh);
    }

    private static Header bearer(Token token) {
      return new Header("Authorization", "Bearer " + token.value());
    }

    @Override
    public synchronized Set<String> secrets() {
      return token == null ? Set.of() : Set.of(token.value());
    }

    @Override
    public String toString() {
      return "Renewable[***]";
    }
  }
}
