/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.DestinationException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a call is authenticated, and how tokens are renewed. */
@Timeout(60)
class CredentialsTest extends TransportBench {
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

  private static void meet(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
