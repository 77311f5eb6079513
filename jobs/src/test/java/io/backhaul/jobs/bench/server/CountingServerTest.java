/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CountingServerTest {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static CompletableFuture<Integer> post(URI url, String body) {
    return CLIENT
        .sendAsync(
            HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
            HttpResponse.BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }

  private static String body(int records, String text) {
    StringBuilder body = new StringBuilder("{\"records\":[");
    for (int i = 0; i < records; i++) {
      body.append(i == 0 ? "" : ",")
          .append("{\"key\":{\"id\":" + i + "},\"fields\":{\"t\":\"" + text + "\"}}");
    }
    return body.append("]}").toString();
  }

  @Test
  void countsWhatItIsSentInBodiesOfAnySize() throws IOException {
    try (ServerProcess server = ServerProcess.start(Duration.ZERO)) {
      assertThat(server.counts()).isEqualTo(Counts.NONE);

      assertThat(post(server.url(), body(3, "x")).join()).isEqualTo(200);
      assertThat(post(server.url(), body(1, "y".repeat(300_000))).join()).isEqualTo(200);

      assertThat(server.counts().records()).isEqualTo(4);
      assertThat(server.counts().requests()).isEqualTo(2);
    }
  }

  @Test
  void holdsAHundredAndSixtyRequestsForItsLatencyAtOnce() throws IOException {
    try (ServerProcess server = ServerProcess.start(Duration.ofMillis(300))) {
      long begun = System.nanoTime();
      List<CompletableFuture<Integer>> answers =
          IntStream.range(0, 160).mapToObj(i -> post(server.url(), body(2, "x"))).toList();

      assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(200));
      // one after the other they would take 48 s
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(24));
      assertThat(server.counts().records()).isEqualTo(320);
    }
  }
}
