/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One call: what it carries, what comes back, and what is never reached. */
@Timeout(60)
class TransportTest extends TransportBench {
  @Test
  void aRequestCarriesBodyKeyAgentAndCredentialsAndTheAnswerComesWhole() {
    RawServer server = server((request, n, c) -> c.reply(201, "X-Note: hi\r\n", "{\"ok\":1}"));

    HttpAnswer answer = transport(new Auth.Bearer("fake-token"), LONG).send(post(server.url()));

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text()).isEqualTo("{\"ok\":1}");
    assertThat(answer.header("x-note")).contains("hi");
    assertThat(answer.latency()).isPositive();
    RawServer.Request request = server.requests().get(0);
    assertThat(request.head()).startsWith("POST /api HTTP/1.1\r\n");
    assertThat(request.body()).isEqualTo("{\"records\":[]}");
    assertThat(request.header("Idempotency-Key")).isEqualTo("batch-1");
    assertThat(request.header("User-Agent")).isEqualTo("backhaul/test");
    assertThat(request.header("Authorization")).isEqualTo("Bearer fake-token");
    assertThat(request.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void anAnswerWithoutABodyIsAnAnswer() {
    RawServer server = server((request, n, c) -> c.write("HTTP/1.1 204 X\r\n\r\n"));

    HttpAnswer answer = transport(LONG).send(post(server.url()));

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
  }

  @Tag("fault-1")
  @Test
  void aClosedPortWasNotReached() throws IOException {
    DestinationException e;
    // A socket that is bound and does not listen keeps the port from everyone else.
    try (Socket kept = new Socket()) {
      kept.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      URI closed = URI.create("http://127.0.0.1:" + kept.getLocalPort() + "/api");
      e = failure(transport(LONG), post(closed));
    }

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.code()).isEqualTo("CONNECTION_REFUSED");
  }

  @Tag("fault-1")
  @Test
  void aNameNobodyKnowsWasNotReached() {
    DestinationException e =
        failure(transport(LONG), post(URI.create("https://nowhere.invalid/api")));

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.code()).isEqualTo("UNKNOWN_HOST");
    assertThat(e).hasMessageContaining("nowhere.invalid");
  }

  @Test
  void aNameServiceThatDoesNotAnswerEndsAtTheDeadlineWithNothingSent() {
    AddressGuard slow =
        new AddressGuard(
            false,
            false,
            host -> {
              try {
                hang();
              } catch (IOException e) {
                throw new UnknownHostException(host);
              }
              return List.of();
            });
    Transport transport = new Transport(slow, new Auth.None(), SHORT, 10_000, "backhaul/test");
    closing(transport);

    DestinationException e = failure(transport, post(URI.create("https://crm.example.com/api")));

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.code()).isEqualTo("TIMEOUT");
  }

  @Test
  void aClosedTransportSendsNothing() {
    RawServer server = server((request, n, c) -> c.reply(200, "", "{}"));
    Transport transport = transport(LONG);
    transport.close();

    assertThat(failure(transport, post(server.url())).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aSuccessTooLargeToReadIsContradictoryAndAFailureTooLargeToReadIsCutOff() {
    RawServer server =
        server((request, n, c) -> c.reply(n == 1 ? 200 : 400, "", "x".repeat(1_000_000)));
    Transport transport = transport(LONG);

    assertThat(failure(transport, post(server.url())).kind()).isEqualTo(Kind.CONTRADICTORY);
    HttpAnswer refused = transport.send(post(server.url()));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).hasSize(10_000);
  }
}
