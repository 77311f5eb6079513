/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request as it came over the wire. */
public final class WireRequest {

  private final String method;
  private final String path;
  private final String query;
  private final Map<String, String> headers;
  private final byte[] body;

  WireRequest(String method, String target, Map<String, String> headers, byte[] body) {
    int mark = target.indexOf('?');
    this.method = method;
    this.path = mark < 0 ? target : target.substring(0, mark);
    this.query = mark < 0 ? "" : target.substring(mark + 1);
    this.headers = Map.copyOf(headers);
    this.body = body;
  }

  /**
   * A request that never was on a wire.
   *
   * @param target path and query, percent-encoded
   * @param headers names in any case
   */
  public static WireRequest of(
      String method, String target, Map<String, String> headers, byte[] body) {
    Map<String, String> lower = new HashMap<>();
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    return new WireRequest(method, target, lower, body);
  }

  private WireRequest(WireRequest whole, String path) {
    this.method = whole.method;
    this.path = path;
    this.query = whole.query;
    this.headers = whole.headers;
    this.body = whole.body;
  }

  /** The same with a path that begins behind {@code mount}, which its own begins with. */
  WireRequest below(String mount) {
    return new WireRequest(this, path.substring(mount.length()));
  }

  /** In capitals. */
  public String method() {
    return method;
  }

  /** Without the query, still percent-encoded. */
  public String path() {
    return path;
  }

  /** The path and the query as they stood in the request line. */
  public String target() {
    return query.isEmpty() ? path : path + "?" + query;
  }

  /** All headers; names in lower case. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The value of a query parameter, decoded. */
  public Optional<String> query(String name) {
    Map<String, String> values = new HashMap<>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        values.put(
            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return Optional.ofNullable(values.get(name));
  }

  /** The value of a header, whatever the case of its name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The body's bytes; not copied. */
  public byte[] body() {
    return body;
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
