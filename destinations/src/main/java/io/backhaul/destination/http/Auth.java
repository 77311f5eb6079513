/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

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

  /**
   * A bearer token that is fetched on first use and again when the destination no longer takes it.
   * Of all threads that meet 401 with the same token one fetches; the others wait for its answer
   * and use it.
   */
  final class Renewable implements Auth {

    private final Supplier<String> source;
    private String token;

    /**
     * @param source fetches a fresh token, through a {@link Transport}, so that its address and
     *     answer are held to the same rules; a {@link io.backhaul.destination.DestinationException}
     *     it throws ends the request with it
     */
    public Renewable(Supplier<String> source) {
      this.source = Objects.requireNonNull(source, "source");
    }

    @Override
    public synchronized Optional<Header> header() {
      if (token == null) {
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

    private static Header bearer(String token) {
      return new Header("Authorization", "Bearer " + token);
    }

    @Override
    public synchronized Set<String> secrets() {
      return token == null ? Set.of() : Set.of(token);
    }

    @Override
    public String toString() {
      return "Renewable[***]";
    }
  }
}
