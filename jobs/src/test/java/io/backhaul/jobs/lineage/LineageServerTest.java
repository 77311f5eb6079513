/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.jobs.spec.LineageSpec;
import io.openlineage.client.OpenLineage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the server does, whoever tells it goes on, and hears of trouble once. */
class LineageServerTest {

  private static final String KEY = "key-4711";

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private LineageInbox inbox;

  @BeforeEach
  void open() throws Exception {
    inbox = new LineageInbox();
  }

  @AfterEach
  void close() {
    inbox.close();
  }

  private static OpenLineage.RunEvent event(int number) {
    OpenLineage openLineage = new OpenLineage(URI.create("urn:test"));
    return openLineage
        .newRunEventBuilder()
        .eventType(OpenLineage.RunEvent.EventType.START)
        .eventTime(ZonedDateTime.parse("2026-01-01T00:00:00Z"))
        .run(openLineage.newRunBuilder().runId(new UUID(0, number)).build())
        .job(openLineage.newJobBuilder().namespace("test").name("job").build())
        .build();
  }

  private void tell(LineageSpec to, int events) {
    try (LineageServer server = new LineageServer(to, warnings::add)) {
      IntStream.range(0, events).forEach(number -> server.send(event(number)));
    }
  }

  @Test
  void eventsArriveInTheirOrderWithTheKey() {
    tell(inbox.spec(KEY, Duration.ofSeconds(30)), 5);

    assertThat(inbox.events())
        .extracting(event -> event.at("/run/runId").asText())
        .containsExactly(
            IntStream.range(0, 5).mapToObj(n -> new UUID(0, n).toString()).toArray(String[]::new));
    assertThat(inbox.authorizations()).containsOnly("Bearer " + KEY);
    assertThat(inbox.events().get(0).path("eventTime").asText())
        .as("RFC 3339 wants seconds even where they are zero")
        .isEqualTo("2026-01-01T00:00:00Z");
    assertThat(warnings).isEmpty();
  }

  @Test
  void withoutAKeyNoneIsSent() {
    tell(inbox.spec(null, Duration.ofSeconds(30)), 1);

    assertThat(inbox.authorizations()).containsExactly("null");
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 401, 500})
  void aRefusalIsSaidOnceAndTheNextEventIsTriedAllTheSame(int status) {
    inbox.answer(status);

    tell(inbox.spec(KEY, Duration.ofSeconds(30)), 3);

    assertThat(inbox.events()).hasSize(3);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("answered " + status, "lineage.openlineage in backhaul.yaml")
        .doesNotContain(KEY);
  }

  @Test
  void aServerThatIsNotThereIsSaidOnce() throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }

    tell(
        new LineageSpec(
            URI.create("http://127.0.0.1:" + nobody + "/x"), KEY, Duration.ofSeconds(30), "test"),
        3);

    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("127.0.0.1:" + nobody + " could not be reached (ConnectException)")
        .doesNotContain(KEY);
  }

  @Test
  void aServerThatNeverAnswersHoldsNobodyUpForLongerThanTheTimeout() {
    inbox.fallSilent();
    Duration timeout = Duration.ofMillis(300);
    LineageServer server = new LineageServer(inbox.spec(KEY, timeout), warnings::add);
    long begun = System.nanoTime();
    IntStream.range(0, 20).forEach(number -> server.send(event(number)));
    Duration sent = Duration.ofNanos(System.nanoTime() - begun);
    server.close();
    Duration closed = Duration.ofNanos(System.nanoTime() - begun);

    assertThat(closed)
        .as("20 events would take 6 s one after the other")
        .isBetween(timeout.minusMillis(50), timeout.multipliedBy(10));
    assertThat(sent).isLessThan(closed);
    assertThat(warnings).singleElement().asString().contains("300 ms");
  }

  @Test
  void whatCannotBeWrittenIsSaidAndNotThrown() {
    try (LineageServer server =
        new LineageServer(
            new LineageSpec(URI.create("ftp://x/y"), null, Duration.ofSeconds(1), "test"),
            warnings::add)) {
      server.send(event(1));
    }

    assertThat(warnings).singleElement().asString().contains("could not be written");
  }

  @Test
  void theSchemaOfTheTestsHasTeeth() {
    JsonNode good = taken(event(1));

    assertThat(good.path("eventType").asText()).isEqualTo("START");
    OpenLineage openLineage = new OpenLineage(URI.create("urn:test"));
    OpenLineage.RunEvent noJob =
        openLineage
            .newRunEventBuilder()
            .eventType(OpenLineage.RunEvent.EventType.START)
            .eventTime(ZonedDateTime.parse("2026-01-01T00:00:00Z"))
            .run(openLineage.newRunBuilder().runId(new UUID(0, 1)).build())
            .build();
    assertThatThrownBy(() -> taken(noJob))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("job");
  }

  private JsonNode taken(OpenLineage.RunEvent event) {
    try (LineageServer server =
        new LineageServer(inbox.spec(null, Duration.ofSeconds(30)), warnings::add)) {
      server.send(event);
    }
    List<JsonNode> events = inbox.events();
    return events.get(events.size() - 1);
  }
}
