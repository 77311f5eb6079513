/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FAULTS at the level of one call, against sockets. */
@Timeout(60)
class TransportTest {

  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private RawServer server(RawServer.Script script) {
    RawServer server = new RawServer(script);
    opened.add(server);
    return server;
  }

  private Transport transport(Auth auth, Duration deadline) {
    Transport transport =
        new Transport(new AddressGuard(false, false), auth, deadline, 10_000, "backhaul/test");
    opened.add(transport);
    return transport;
  }

  private Transport transport(Duration deadline) {
    return transport(new Auth.None(), deadline);
  }

  private static HttpCall post(URI uri) {
    byte[] body = "{\"records\":[]}".getBytes(StandardCharsets.UTF_8);
    return HttpCall.json("POST", uri, body, "batch-1");
  }

  private static DestinationException failure(Transport transport, HttpCall call) {
    return catchThrowableOfType(DestinationException.class, () -> transport.send(call));
  }

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
    opened.add(transport);

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

  @Tag("fault-14")
  @Test
  void ofManyThreadsThatMeet401OneRenewsTheTokenAndEachRequestIsMadeOnceMore() throws Exception {
    int threads = 8;
    CyclicBarrier together = new CyclicBarrier(threads);
    RawServer server =
        server(
            (request, n, c) -> {
              if (request.header("Authorization").equals("Bearer token-1")) {
                meet(together);
                c.reply(401, "", "{}");
              } else {
                c.reply(200, "", "{}");
              }
            });
    AtomicInteger fetched = new AtomicInteger();
    Transport transport =
        transport(new Auth.Renewable(() -> "token-" + fetched.incrementAndGet()), LONG);
    List<FutureTask<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      FutureTask<Integer> call =
          new FutureTask<>(() -> transport.send(post(server.url())).status());
      calls.add(call);
      new Thread(call).start();
    }

    for (FutureTask<Integer> call : calls) {
      assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo(200);
    }
    assertThat(fetched.get()).isEqualTo(2);
    assertThat(server.requests()).hasSize(2 * threads);
  }

  @Tag("twin-14")
  @Test
  void threadsThatKeepTheirTokensToThemselvesEachFetchAnotherAndWithoutRenewalEachIsRefused()
      throws Exception {
    int threads = 8;
    Set<String> spent = ConcurrentHashMap.newKeySet();
    RawServer server =
        server(
            (request, n, c) -> {
              boolean first = spent.add(request.header("X-Thread"));
              c.reply(first ? 401 : 200, "", "{}");
            });
    AtomicInteger fetched = new AtomicInteger();
    for (int i = 0; i < threads; i++) {
      Auth own = new Auth.Renewable(() -> "token-" + fetched.incrementAndGet());
      assertThat(transport(own, LONG).send(from(server.url(), i)).status()).isEqualTo(200);
    }

    assertThat(fetched.get()).isEqualTo(2 * threads);
    spent.clear();
    Transport fixed = transport(new Auth.Bearer("fake-token"), LONG);
    for (int i = 0; i < threads; i++) {
      assertThat(fixed.send(from(server.url(), i)).status()).isEqualTo(401);
    }
  }

  private static HttpCall from(URI uri, int thread) {
    return new HttpCall("POST", uri, Map.of("X-Thread", "thread " + thread), new byte[0], null);
  }

  @Tag("fault-14")
  @Test
  void credentialsThatStayWrongAreTriedOnceMoreAndNoMoreThanThat() {
    RawServer server = server((request, n, c) -> c.reply(401, "", "{}"));
    AtomicInteger fetched = new AtomicInteger();
    Transport transport =
        transport(new Auth.Renewable(() -> "token-" + fetched.incrementAndGet()), LONG);

    assertThat(transport.send(post(server.url())).status()).isEqualTo(401);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void aFixedTokenIsNotTriedTwice() {
    RawServer server = server((request, n, c) -> c.reply(401, "", "{}"));

    transport(new Auth.Bearer("fake-token"), LONG).send(post(server.url()));

    assertThat(server.requests()).hasSize(1);
  }

  @Tag("fault-14")
  @Test
  void aTokenThatCannotBeFetchedEndsTheCallUnsent() {
    RawServer server = server((request, n, c) -> c.reply(200, "", "{}"));
    Transport transport =
        transport(
            new Auth.Renewable(
                () -> {
                  throw DestinationException.refused("TOKEN_REFUSED", 400, "no token for us");
                }),
            LONG);

    assertThatThrownBy(() -> transport.send(post(server.url())))
        .isInstanceOf(DestinationException.class)
        .hasMessage("no token for us");
    assertThat(server.requests()).isEmpty();
  }

  @Tag("fault-14")
  @Test
  void nothingPrintsASecret() {
    String secret = "fake-secret-value";
    Set<Auth> all =
        Set.of(
            new Auth.Bearer(secret),
            new Auth.Basic("ann", secret),
            new Auth.ApiKeyHeader("X-Api-Key", secret),
            new Auth.Renewable(() -> secret));
    for (Auth auth : all) {
      assertThat(auth.toString()).doesNotContain(secret);
      assertThat(auth.header()).isPresent();
      assertThat(auth.header().get().toString()).doesNotContain(secret);
      assertThat(auth.secrets()).contains(secret);
      assertThat(transport(auth, LONG).redactor(Set.of("pii")).redact(secret + " and pii"))
          .isEqualTo("*** and ***");
    }
    assertThat(post(URI.create("http://127.0.0.1/api?key=" + secret)).toString())
        .doesNotContain(secret);
  }

  private static void hang() throws IOException {
    await(new CountDownLatch(1));
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IOException("the test is over");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void meet(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static void pause(int millis) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
