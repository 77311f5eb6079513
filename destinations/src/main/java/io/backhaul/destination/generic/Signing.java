/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.HeaderText;
import io.backhaul.destination.http.HttpCall;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A header that holds a keyed hash (HMAC, RFC 2104) of the request.
 *
 * @param over what is hashed: a text with {@code {body}}, {@code {timestamp}}, {@code {method}} and
 *     {@code {path}} in it
 * @param timestampHeader carries the time of the signature in seconds since 1970, or {@code null}
 */
record Signing(
    String header,
    String secret,
    String algorithm,
    boolean base64,
    String prefix,
    String over,
    String timestampHeader) {

  private static final Pattern PIECE = Pattern.compile("\\{(body|timestamp|method|path)}");

  static Signing read(JsonNode keys) {
    Signing signing =
        new Signing(
            keys.path("header").asText(),
            keys.path("secret").asText(""),
            "Hmac" + keys.path("algorithm").asText("sha256").toUpperCase(Locale.ROOT),
            keys.path("encoding").asText("hex").equals("base64"),
            keys.path("prefix").asText(""),
            keys.path("over").asText("{body}"),
            keys.path("timestamp_header").asText(null));
    if (signing.secret.isEmpty()) {
      throw DestinationException.refused("AUTH_INCOMPLETE", 0, "signing.secret is empty");
    }
    HeaderText.check(signing.header, signing.prefix);
    if (signing.timestampHeader != null) {
      HeaderText.check(signing.timestampHeader, "");
    }
    return signing;
  }

  /** The same request, signed. */
  HttpCall sign(HttpCall call, Clock clock) {
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(call.headers());
    byte[] mac = mac(signed(call, timestamp));
    headers.put(
        header,
        prefix
            + (base64 ? Base64.getEncoder().encodeToString(mac) : HexFormat.of().formatHex(mac)));
    if (timestampHeader != null) {
      headers.put(timestampHeader, timestamp);
    }
    return new HttpCall(call.method(), call.uri(), headers, call.body(), call.idempotencyKey());
  }

  private byte[] signed(HttpCall call, String timestamp) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Matcher piece = PIECE.matcher(over);
    int at = 0;
    while (piece.find()) {
      bytes.writeBytes(over.substring(at, piece.start()).getBytes(StandardCharsets.UTF_8));
      switch (piece.group(1)) {
        case "body" -> bytes.writeBytes(call.body() == null ? new byte[0] : call.body());
        case "timestamp" -> bytes.writeBytes(timestamp.getBytes(StandardCharsets.UTF_8));
        case "method" -> bytes.writeBytes(call.method().getBytes(StandardCharsets.UTF_8));
        default -> bytes.writeBytes(path(call).getBytes(StandardCharsets.UTF_8));
      }
      at = piece.end();
    }
    bytes.writeBytes(over.substring(at).getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  private static String path(HttpCall call) {
    String query = call.uri().getRawQuery();
    return call.uri().getRawPath() + (query == null ? "" : "?" + query);
  }

  private byte[] mac(byte[] text) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + algorithm, e);
    }
  }

  @Override
  public String toString() {
    return "Signing[" + header + "]";
  }
}
