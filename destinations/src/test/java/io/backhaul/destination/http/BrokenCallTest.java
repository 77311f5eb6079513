/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that break on their way, against sockets; twins are made with other clients. */
@Timeout(60)
class BrokenCallTest extends TransportBench {
  @Tag("fault-2")
  @Test
  void aResetAfterTheRequestLeavesDoubtAndIsNotRepeated() {
    RawServer server = server((request, n, c) -> c.reset());

    DestinationException e = failure(transport(LONG), post(server.url()));

    assertThat(e.kind()).isEqualTo(Kind.IN_DOUBT);
    assertThat(e.code()).isEqualTo("CONNECTION_LOST");
    assertThat(server.requests()).hasSize(1);
  }

  @Tag("fault-5")
  @Test
  void aServerThatAcceptsAndNeverAnswersEndsAtTheDeadline() {
    RawServer server = server((request, n, c) -> hang());

    DestinationException e = failure(transport(SHORT), post(server.url()));

    assertThat(e.kind()).isEqualTo(Kind.IN_DOUBT);
    assertThat(e.code()).isEqualTo("TIMEOUT");
  }

  @Tag("twin-5")
  @Test
  void aClientWithoutATimeoutIsStillWaitingWhenOursHasGivenUp() throws Exception {
    CountDownLatch arrived = new CountDownLatch(2);
    RawServer server =
        server(
            (request, n, c) -> {
              arrived.countDown();
              hang();
            });
    HttpRequest request = HttpRequest.newBuilder(server.url()).build();
    CompletableFuture<HttpResponse<String>> waiting =
        HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());

    assertThat(failure(transport(SHORT), post(server.url())).code()).isEqualTo("TIMEOUT");

    assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting).isNotDone();
  }

  @Tag("fault-4")
  @Test
  void anAnswerThatComesAfterTheDeadlineReachesNobody() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    RawServer server =
        server(
            (request, n, c) -> {
              if (n == 1) {
                await(release);
                try {
                  c.reply(200, "", "late");
                } finally {
                  answered.countDown();
                }
              } else {
                c.reply(200, "", "in time");
              }
            });
    Transport transport = transport(SHORT);
    assertThat(failure(transport, post(server.url())).code()).isEqualTo("TIMEOUT");
    release.countDown();
    assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();

    assertThat(transport.send(post(server.url())).text()).isEqualTo("in time");
  }

  @Tag("fault-18")
  @Test
  void aSlowDripEndsAtTheTotalDeadline() {
    RawServer server =
        server(
            (request, n, c) -> {
              c.write("HTTP/1.1 200 X\r\nContent-Length: 1000000\r\n\r\n");
              while (!c.socket().isClosed()) {
                c.write("x");
                pause(20);
              }
            });
    long started = System.nanoTime();

    DestinationException e = failure(transport(SHORT), post(server.url()));

    assertThat(e.kind()).isEqualTo(Kind.IN_DOUBT);
    assertThat(e.code()).isEqualTo("TIMEOUT");
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
  }

  @Tag("twin-18")
  @Test
  void theClientsOwnTimeoutAloneLetsASlowDripGoOn() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch pastDeadline = new CountDownLatch(1);
    RawServer server =
        server(
            (request, n, c) -> {
              c.write("HTTP/1.1 200 X\r\nContent-Length: 40\r\n\r\n");
              for (int i = 0; i < 39; i++) {
                c.write("x");
                pause(20);
              }
              pastDeadline.countDown();
              await(release);
              c.write("x");
            });
    HttpRequest request = HttpRequest.newBuilder(server.url()).timeout(SHORT).build();

    CompletableFuture<HttpResponse<String>> dripping =
        HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());

    // 39 pauses of 20 ms are longer than the timeout, which the first header byte has ended.
    assertThat(pastDeadline.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(dripping).isNotDone();
    release.countDown();
    assertThat(dripping.get(10, TimeUnit.SECONDS).body()).hasSize(40);
  }

  @Tag("fault-6")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{\"results\":[]}",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"res\r\n",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\"res\r\n0\r\n\r\n",
        "HTTP/1.1 200 X\r\nContent-Le",
        "not HTTP at all\r\n\r\n",
        ""
      })
  void aTruncatedOrBrokenAnswerLeavesDoubtEvenWithStatus200(String bytes) {
    RawServer server =
        server(
            (request, n, c) -> {
              c.write(bytes);
              c.close();
            });

    DestinationException e = failure(transport(LONG), post(server.url()));

    assertThat(e.kind()).isEqualTo(Kind.IN_DOUBT);
    assertThat(server.requests()).hasSize(1);
  }

  @Tag("twin-6")
  @Test
  void aClientThatGoesByTheStatusAloneTakesACutAnswerForASuccess() throws Exception {
    RawServer server =
        server(
            (request, n, c) -> {
              c.write("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{\"results\":[]}");
              c.close();
            });

    HttpResponse<InputStream> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.url()).build(),
                HttpResponse.BodyHandlers.ofInputStream());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
  }

  @Tag("fault-17")
  @Test
  void aRedirectIsNotFollowedAndCredentialsStayHere() {
    RawServer elsewhere = server((request, n, c) -> c.reply(200, "", "{}"));
    RawServer server =
        server((request, n, c) -> c.reply(307, "Location: " + elsewhere.url() + "\r\n", ""));

    HttpAnswer answer = transport(new Auth.Bearer("fake-token"), LONG).send(post(server.url()));

    assertThat(answer.status()).isEqualTo(307);
    assertThat(elsewhere.requests()).isEmpty();
  }

  @Tag("twin-17")
  @Test
  void aClientThatFollowsRedirectsSendsRowsAndKeysElsewhere() throws Exception {
    RawServer elsewhere = server((request, n, c) -> c.reply(200, "", "{}"));
    RawServer server =
        server((request, n, c) -> c.reply(307, "Location: " + elsewhere.url() + "\r\n", ""));
    HttpRequest request =
        HttpRequest.newBuilder(server.url())
            .header("X-Api-Key", "fake-token")
            .POST(HttpRequest.BodyPublishers.ofString("{\"records\":[]}"))
            .build();

    HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NORMAL)
        .build()
        .send(request, HttpResponse.BodyHandlers.discarding());

    assertThat(elsewhere.requests().get(0).header("X-Api-Key")).isEqualTo("fake-token");
    assertThat(elsewhere.requests().get(0).body()).isEqualTo("{\"records\":[]}");
  }

  @Tag("fault-19")
  @Test
  void aStaleConnectionIsNeverAReasonToSendAPostTwice() {
    RawServer server =
        server(
            (request, n, c) -> {
              if (n == 2) {
                // The second request on the kept connection meets a server that is gone.
                c.reset();
              } else {
                c.reply(200, "", "{}");
              }
            });
    Transport transport = transport(LONG);
    transport.send(post(server.url()));

    assertThat(failure(transport, post(server.url())).kind()).isEqualTo(Kind.IN_DOUBT);
    assertThat(server.requests()).hasSize(2);
  }

  @Tag("twin-19")
  @Test
  void aClientThatRepeatsByItselfSendsAPostTwiceAndSaysNothing() throws Exception {
    RawServer server =
        server(
            (request, n, c) -> {
              if (n == 2) {
                c.close();
              } else {
                c.reply(200, "", "{}");
              }
            });

    assertThat(postByUrlConnection(server.url())).isEqualTo(200);
    assertThat(postByUrlConnection(server.url())).isEqualTo(200);

    assertThat(server.requests()).as("for two posts").hasSize(3);
    assertThat(server.requests().get(2)).isEqualTo(server.requests().get(1));
  }

  private static int postByUrlConnection(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setDoOutput(true);
    connection.getOutputStream().write("{\"records\":[]}".getBytes(StandardCharsets.UTF_8));
    int status = connection.getResponseCode();
    connection.getInputStream().readAllBytes();
    return status;
  }

  @Tag("fault-34")
  @Test
  void anInterruptedCallEndsAtOnceInDoubtWithTheFlagSet() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    RawServer server =
        server(
            (request, n, c) -> {
              arrived.countDown();
              hang();
            });
    Transport transport = transport(LONG);
    FutureTask<Boolean> calling =
        new FutureTask<>(
            () -> {
              DestinationException e = failure(transport, post(server.url()));
              assertThat(e.kind()).isEqualTo(Kind.IN_DOUBT);
              assertThat(e.code()).isEqualTo("INTERRUPTED");
              return Thread.currentThread().isInterrupted();
            });
    Thread caller = new Thread(calling);
    caller.start();
    assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

    caller.interrupt();

    assertThat(calling.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Tag("fault-5")
  @Test
  void aThousandBrokenConnectionsLeakNoThread() {
    RawServer server = server((request, n, c) -> c.reset());
    Transport transport = transport(LONG);
    failure(transport, post(server.url()));
    long before = httpThreads();
    for (int i = 0; i < 1000; i++) {
      assertThat(failure(transport, post(server.url()))).isNotNull();
    }

    assertThat(httpThreads()).isLessThanOrEqualTo(before + 4);
  }

  private static long httpThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("backhaul-http"))
        .count();
  }

  private static void pause(int millis) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
