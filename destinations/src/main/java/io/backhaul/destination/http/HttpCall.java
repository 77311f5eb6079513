/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

/**
 * One HTTP request, as yet without credentials: the {@link Transport} adds those. The body array is
 * sent as it is, not copied, and must not be changed afterwards.
 *
 * @param method {@code GET}, {@code POST}, {@code PATCH}, …
 * @param headers added to the request; names are case-insensitive; refused if they cannot be sent
 *     as they stand, see {@link HeaderText}
 * @param body UTF-8 bytes, or {@code null} for none
 * @param idempotencyKey sent as {@code Idempotency-Key}, or {@code null} where the vendor has none
 */
@SuppressWarnings("ArrayRecordComponent") // not copied, never compared
public record HttpCall(
    String method, URI uri, Map<String, String> headers, byte[] body, String idempotencyKey) {

  public HttpCall {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(uri, "uri");
    headers = Map.copyOf(headers);
    headers.forEach(HeaderText::check);
    if (idempotencyKey != null) {
      HeaderText.check("Idempotency-Key", idempotencyKey);
    }
  }

  /** A request without a body. */
  public static HttpCall get(URI uri) {
    return new HttpCall("GET", uri, Map.of("Accept", "application/json"), null, null);
  }

  /**
   * A request that carries JSON and wants JSON back.
   *
   * @param idempotencyKey or {@code null}
   */
  public static HttpCall json(String method, URI uri, byte[] body, String idempotencyKey) {
    return new HttpCall(
        method,
        uri,
        Map.of("Content-Type", "application/json", "Accept", "application/json"),
        body,
        idempotencyKey);
  }

  /** Neither headers nor body: both may hold what is nobody's business. */
  @Override
  public String toString() {
    return "HttpCall[" + method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + "]";
  }
}
