/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.HeaderText;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.HttpSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Where a request goes and what stands in its head. Immutable.
 *
 * @param headers beside those that every request has
 */
record RequestTemplate(
    String method, Holes path, Map<String, Holes> query, Map<String, Holes> headers) {

  RequestTemplate {
    query = new LinkedHashMap<>(query);
    headers = new LinkedHashMap<>(headers);
  }

  /**
   * Reads {@code method}, {@code path}, {@code query} and {@code headers}.
   *
   * @param where the key they stand under
   * @throws DestinationException (refused) if the path is no part of an address, or a header none
   */
  static RequestTemplate read(String where, JsonNode keys, String method) {
    Map<String, Holes> query = holes(where + ".query", keys.path("query"));
    Map<String, Holes> headers = holes(where + ".headers", keys.path("headers"));
    headers.forEach(RequestTemplate::check);
    String verb = keys.path("method").asText(method).toUpperCase(Locale.ROOT);
    return new RequestTemplate(
        verb, path(where + ".path", keys.path("path").asText("")), query, headers);
  }

  /** A path, which may lack its first slash. */
  static Holes path(String where, String text) {
    Holes path = Holes.of(where, text.isEmpty() || text.startsWith("/") ? text : "/" + text);
    try {
      new URI(path.withHolesAs("x"));
    } catch (URISyntaxException e) {
      throw DestinationException.refused(
          "PATH_REFUSED",
          0,
          "the path '" + text + "' is no part of a url: percent-encode what is not one");
    }
    return path;
  }

  static Map<String, Holes> holes(String where, JsonNode texts) {
    Map<String, Holes> holes = new LinkedHashMap<>();
    texts
        .fields()
        .forEachRemaining(
            each ->
                holes.put(
                    each.getKey(),
                    Holes.of(where + "." + each.getKey(), each.getValue().asText())));
    return holes;
  }

  /**
   * Refuses a header that could never be sent; what fills its holes is checked when it is known.
   */
  static void check(String name, Holes value) {
    HeaderText.check(name, value.withHolesAs("x"));
  }

  /**
   * The request.
   *
   * @param usual headers that those of this template replace
   * @throws TemplateFailure if a value is missing
   */
  HttpCall fill(
      HttpSettings http,
      Map<String, String> usual,
      byte[] body,
      JsonNode input,
      Scope scope,
      Function<HttpCall, HttpCall> signed) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(usual);
    headers.forEach(
        (name, text) -> {
          String value = JsltFunctions.plain(text.value(input, scope));
          if (value == null) {
            all.remove(name);
          } else {
            all.remove(name); // its own spelling
            all.put(name, value);
          }
        });
    return signed.apply(new HttpCall(method, address(http, input, scope), all, body, null));
  }

  private URI address(HttpSettings http, JsonNode input, Scope scope) {
    String filled = path.filled(input, scope, BodyFormat::encoded);
    URI address = filled.isEmpty() ? http.url() : http.at(filled);
    StringJoiner more = new StringJoiner("&");
    query.forEach(
        (name, text) -> {
          JsonNode value = text.value(input, scope);
          if (value.isArray()) {
            value.forEach(one -> add(more, name, one));
          } else {
            add(more, name, value);
          }
        });
    if (more.length() == 0) {
      return address;
    }
    String join = address.getRawQuery() == null ? "?" : "&";
    return URI.create(address + join + more);
  }

  private static void add(StringJoiner query, String name, JsonNode value) {
    String plain = JsltFunctions.plain(value);
    if (plain != null) {
      query.add(BodyFormat.encoded(name) + "=" + BodyFormat.encoded(plain));
    }
  }
}
