/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Wire;
import io.backhaul.destination.config.Shape;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Takes secrets out of requests that are to be shown. */
final class Secrecy {

  private static final String MASK = "***";

  private final Set<String> secrets;

  private Secrecy(Set<String> secrets) {
    this.secrets = secrets;
  }

  /** Of what a file's references named, and of whatever stands where its shape has a secret. */
  static Secrecy of(Set<String> named, Shape shape, ObjectNode properties) {
    Set<String> secrets = new HashSet<>(named);
    collect(shape, properties, secrets);
    secrets.removeIf(String::isBlank);
    return new Secrecy(secrets);
  }

  private static void collect(Shape shape, JsonNode value, Set<String> secrets) {
    if (value == null || value.isMissingNode()) {
      return;
    }
    if (shape instanceof Shape.Secret) {
      secrets.add(value.asText());
    } else if (shape instanceof Shape.Obj obj) {
      obj.keys().forEach(key -> collect(key.shape(), value.get(key.name()), secrets));
    } else if (shape instanceof Shape.MapOf map) {
      value.forEach(each -> collect(map.value(), each, secrets));
    } else if (shape instanceof Shape.ListOf list) {
      value.forEach(each -> collect(list.element(), each, secrets));
    } else if (shape instanceof Shape.AnyOf any) {
      any.shapes().forEach(each -> collect(each, value, secrets));
    } else if (shape instanceof Shape.Variants variants) {
      variants.cases().stream()
          .filter(each -> each.word().equals(value.path(variants.tag()).asText()))
          .forEach(each -> collect(each.shape(), value, secrets));
    }
  }

  /** The request without them. The value of {@code Authorization} goes but for its scheme. */
  Wire.Request hidden(Wire.Request request) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    request.headers().forEach((name, value) -> headers.put(name, header(name, value)));
    byte[] body = request.body();
    return new Wire.Request(
        request.method(),
        URI.create(hidden(request.uri().toString())),
        headers,
        body == null || !holdsSecret(body) ? body : hiddenBody(body));
  }

  private String header(String name, String value) {
    if (name.equalsIgnoreCase("Authorization")) {
      int scheme = value.indexOf(' ');
      return scheme < 0 ? MASK : value.substring(0, scheme + 1) + MASK;
    }
    return hidden(value);
  }

  private boolean holdsSecret(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    return !hidden(text).equals(text);
  }

  private byte[] hiddenBody(byte[] body) {
    return hidden(new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  private String hidden(String text) {
    String clean = text;
    for (String secret :
        secrets.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList()) {
      clean =
          clean
              .replace(secret, MASK)
              .replace(URLEncoder.encode(secret, StandardCharsets.UTF_8), MASK);
    }
    return clean;
  }
}
