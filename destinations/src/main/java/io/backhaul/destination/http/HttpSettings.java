/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * The part of a destination file that every HTTP destination has, read; see {@link HttpKeys}.
 *
 * @param timeout total time of one request, from connecting to the last byte of the answer
 * @param maxRecords most records in one batch
 * @param maxBytes most bytes in one request body
 * @param requestsPerSecond for the whole destination
 * @param concurrency requests in flight for the whole destination
 * @param allowInsecure whether plain http may leave this machine
 * @param allowPrivateNetworks whether the address may be in a private network
 */
public record HttpSettings(
    URI url,
    Auth auth,
    Duration timeout,
    int maxRecords,
    long maxBytes,
    double requestsPerSecond,
    int concurrency,
    boolean allowInsecure,
    boolean allowPrivateNetworks) {

  public HttpSettings {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(auth, "auth");
    Objects.requireNonNull(timeout, "timeout");
  }

  /** The address of {@code path}, which begins with a slash, below {@link #url}; a query stays. */
  public URI at(String path) {
    return under(url, path);
  }

  static URI under(URI url, String path) {
    String text = url.toString();
    int query = text.indexOf('?');
    String base = query < 0 ? text : text.substring(0, query);
    String trimmed = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return URI.create(trimmed + path + (query < 0 ? "" : text.substring(query)));
  }
}
