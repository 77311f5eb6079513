/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.DestinationException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that would end a header, or a request, and begin one of its own. */
@Timeout(60)
class HeaderInjectionTest {

  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

  private final RawServer server = new RawServer((request, n, c) -> c.reply(200, "", "{}"));

  @AfterEach
  void close() {
    server.close();
  }

  private HttpAnswer send(Auth auth, String userAgent, Map<String, String> headers, String key) {
    try (Transport transport =
        new Transport(
            new AddressGuard(false, false), auth, Duration.ofSeconds(20), 10_000, userAgent)) {
      return transport.send(new HttpCall("POST", server.url(), headers, BODY, key));
    }
  }

  private void assertRefusedUnsent(String hostile, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining("the header '")
        .hasMessageNotContaining(hostile)
        .hasMessageNotContaining("fake-secret")
        .extracting("kind", "code")
        .containsExactly(DestinationException.Kind.REFUSED, "HEADER_REFUSED");
    assertThat(server.requests()).isEmpty();
  }

  /** What a client that writes headers as they come would have done. */
  @Test
  void aLineBreakInAHeaderMakesAnotherRequestForWhoeverWritesItAsItIs() throws Exception {
    String hostile = "x\r\nContent-Length: 0\r\n\r\nDELETE /all HTTP/1.1\r\nX: y";
    try (Socket naive = new Socket(server.url().getHost(), server.port())) {
      String request = "POST /api HTTP/1.1\r\nHost: a\r\nX-Note: " + hostile + "\r\n\r\n";
      naive.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      naive.shutdownOutput();
      naive.getInputStream().readAllBytes();
    }

    assertThat(server.requests()).hasSize(2);
    assertThat(server.requests().get(1).head()).startsWith("DELETE /all");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fake-secret\r\nX-Evil: 1",
        "fake-secret\nX-Evil: 1",
        "fake-secret\rX-Evil: 1",
        "fake-secret\u0000",
        "fake-secret\u007f",
        "fake-secret\u00e9",
        "fake-secret\u010a\u010d",
        "fake-secret\n"
      })
  void aHostileValueIsRefusedBeforeAnythingIsSentWhereverItComesFrom(String hostile) {
    Map<String, String> none = Map.of();
    Auth nobody = new Auth.None();
    assertRefusedUnsent(
        hostile, () -> send(new Auth.Bearer(hostile), "backhaul/test", none, "batch-1"));
    assertRefusedUnsent(
        hostile,
        () -> send(new Auth.ApiKeyHeader("X-Key", hostile), "backhaul/test", none, "batch-1"));
    assertRefusedUnsent(
        hostile, () -> send(new Auth.Renewable(() -> hostile), "backhaul/test", none, "batch-1"));
    assertRefusedUnsent(
        hostile, () -> send(nobody, "backhaul/test", Map.of("X-Note", hostile), "batch-1"));
    assertRefusedUnsent(hostile, () -> send(nobody, "backhaul/test", none, hostile));
    assertRefusedUnsent(hostile, () -> send(nobody, hostile, none, "batch-1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X-\r\nEvil", "X Evil", "X:Evil", "", "X-\u00e9", "Host", "Content-length"})
  void aHostileNameIsRefusedBeforeAnythingIsSent(String hostile) {
    assertThatThrownBy(
            () -> send(new Auth.None(), "backhaul/test", Map.of(hostile, "1"), "batch-1"))
        .isInstanceOf(DestinationException.class)
        .hasMessageNotContaining("\n");
    assertThatThrownBy(
            () -> send(new Auth.ApiKeyHeader(hostile, "1"), "backhaul/test", Map.of(), "batch-1"))
        .isInstanceOf(DestinationException.class);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void credentialsInBase64HoldAnything() {
    send(new Auth.Basic("ann", "a\r\nX-Evil: 1\u00e9"), "backhaul/test", Map.of(), "batch-1");

    RawServer.Request request = server.requests().get(0);
    assertThat(request.header("Authorization")).startsWith("Basic ");
    assertThat(request.header("X-Evil")).isNull();
  }

  @Test
  void whatIsPlainArrivesAsItIs() {
    send(new Auth.None(), "backhaul/test", Map.of("X-Note", "a\tb ~!"), "batch-1");

    assertThat(server.requests().get(0).header("X-Note")).isEqualTo("a\tb ~!");
  }

  @Test
  void aUrlCannotHoldALineBreak() {
    assertThatThrownBy(() -> URI.create(server.url() + "\r\nX-Evil: 1"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
