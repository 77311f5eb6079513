/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer may cost: a server that sends without end gets neither our heap nor our time. */
@Timeout(60)
class AnswerBoundsTest {

  private static final int MAX_BYTES = 10_000;

  /** Far more than any bound and all buffers on the way. */
  private static final long FLOOD = 64L << 20;

  private final AtomicLong written = new AtomicLong();
  private RawServer server;

  @AfterEach
  void close() {
    server.close();
  }

  /** Answers with the first text once and the second for ever, as fast as it goes. */
  private void flood(String once, String forEver) {
    String piece = forEver.repeat(Math.max(1, 32_000 / forEver.length()));
    server =
        new RawServer(
            (request, n, c) -> {
              c.write(once);
              while (written.get() < FLOOD) {
                c.write(piece);
                written.addAndGet(piece.length());
              }
              c.close();
            });
  }

  private HttpAnswer send(Duration deadline) {
    try (Transport transport =
        new Transport(
            new AddressGuard(false, false),
            new Auth.None(),
            deadline,
            MAX_BYTES,
            "backhaul/test")) {
      byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
      return transport.send(HttpCall.json("POST", server.url(), body, "batch-1"));
    }
  }

  private DestinationException failure(Duration deadline) {
    long started = System.nanoTime();
    DestinationException e = catchThrowableOfType(DestinationException.class, () -> send(deadline));
    assertThat(e).isNotNull();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(deadline.plusSeconds(10));
    return e;
  }

  @Test
  void aClientWithoutABoundTakesInAllThatComes() throws Exception {
    flood("HTTP/1.1 200 X\r\n\r\n", "x");

    byte[] body =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.url()).build(),
                HttpResponse.BodyHandlers.ofByteArray())
            .body();

    assertThat((long) body.length).isGreaterThanOrEqualTo(FLOOD);
  }

  @Test
  void aBodyWithoutEndIsCutOffAtTheBound() {
    flood("HTTP/1.1 200 X\r\n\r\n", "x");

    DestinationException e = failure(Duration.ofSeconds(30));

    assertThat(e.kind()).isEqualTo(Kind.CONTRADICTORY);
    assertThat(e).hasMessageContaining("larger than 10000 bytes");
    assertThat(written.get()).isLessThan(FLOOD);
  }

  @Test
  void aBodyOfManySmallChunksIsCutOffAtTheBound() {
    flood("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n");

    assertThat(failure(Duration.ofSeconds(30)).kind()).isEqualTo(Kind.CONTRADICTORY);
    assertThat(written.get()).isLessThan(FLOOD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775807", "99999999999999999999", "1, 2"})
  void aLengthBeyondMeasureCostsNothing(String length) {
    server =
        new RawServer(
            (request, n, c) -> {
              c.write("HTTP/1.1 200 X\r\nContent-Length: " + length + "\r\n\r\n{}");
              c.close();
            });

    assertThat(failure(Duration.ofSeconds(30)).outcomeKnown()).isFalse();
  }

  /** Each of these never comes to a body: headers, one header, interim answers, a chunk's words. */
  @Tag("fault-18")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 X\r\n | X-Flood: 0123456789\r\n",
        "HTTP/1.1 200 X\r\nX-Flood: | 0123456789",
        "HTTP/1.1 200 | 0123456789",
        "HTTP/1.1 100 X\r\n\r\n | HTTP/1.1 100 X\r\n\r\n",
        "HTTP/1.1 103 X\r\n\r\n | HTTP/1.1 103 X\r\nLink: </a>\r\n\r\n",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n1; | a=0123456789",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n | 0"
      })
  void aFloodBeforeTheBodyEndsInTimeAndIsNotTakenIn(String flood) {
    String[] parts = flood.split(" \\| ");
    flood(parts[0], parts[1]);

    DestinationException e = failure(Duration.ofSeconds(2));

    assertThat(e.outcomeKnown()).isFalse();
    assertThat(written.get()).isLessThan(FLOOD / 2);
  }

  @Test
  void aCompressedAnswerIsNotUnpacked() throws Exception {
    byte[] bomb = gzipped(64 << 20);
    server =
        new RawServer(
            (request, n, c) -> {
              String head = "HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: ";
              c.write(head + bomb.length + "\r\n\r\n");
              c.out().write(bomb);
            });
    assertThat(bomb.length).isGreaterThan(MAX_BYTES);

    assertThat(failure(Duration.ofSeconds(30)).kind()).isEqualTo(Kind.CONTRADICTORY);
    assertThat(server.requests().get(0).header("Accept-Encoding")).isNull();
  }

  @Test
  void aSmallCompressedAnswerIsTakenAsTheBytesItIs() throws Exception {
    byte[] packed = gzipped(1 << 20);
    server =
        new RawServer(
            (request, n, c) -> {
              String head = "HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: ";
              c.write(head + packed.length + "\r\n\r\n");
              c.out().write(packed);
            });

    HttpAnswer answer = send(Duration.ofSeconds(30));

    assertThat(answer.body()).isEqualTo(packed);
    DestinationException e =
        catchThrowableOfType(DestinationException.class, () -> JsonBody.object(answer));
    assertThat(e.kind()).isEqualTo(Kind.CONTRADICTORY);
  }

  private static byte[] gzipped(int zeros) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[zeros]);
    }
    return packed.toByteArray();
  }
}
