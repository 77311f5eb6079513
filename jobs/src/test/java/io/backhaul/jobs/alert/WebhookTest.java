/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.spec.AlertSpec;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever the other end does, whoever sends goes on, and hears of what did not arrive. */
class WebhookTest {

  private static final Alert PARKED =
      Alert.parked("acme", "contacts", "READ_TIMEOUT", Instant.parse("2026-03-02T12:00:00Z"));

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final AlertInbox inbox = new AlertInbox();

  @AfterEach
  void close() {
    inbox.close();
  }

  private void send(URI url, Duration timeout) {
    try (Webhook webhook =
        new Webhook(new AlertSpec(url, timeout), Duration.ofMillis(5), warnings::add)) {
      webhook.send(PARKED);
    }
  }

  @Test
  void anAlertArrivesWithATextForPeopleAndItsPartsForPrograms() {
    send(inbox.url(), Duration.ofSeconds(30));

    assertThat(inbox.alerts()).hasSize(1);
    assertThat(inbox.alerts().get(0).toString())
        .isEqualTo(
            "{\"text\":\"acme/contacts is parked, since it failed too often in a row"
                + " (READ_TIMEOUT); mend it, then: backhaul resume acme/contacts\","
                + "\"event\":\"sync_parked\",\"tenant\":\"acme\",\"sync\":\"contacts\","
                + "\"error\":\"READ_TIMEOUT\",\"at\":\"2026-03-02T12:00:00Z\"}");
    assertThat(warnings).isEmpty();
  }

  @Test
  void oneThatIsNotTakenIsSentAgain() {
    inbox.answer(503, 429);

    send(inbox.url(), Duration.ofSeconds(30));

    assertThat(inbox.alerts()).hasSize(3);
    assertThat(warnings).isEmpty();
  }

  @Test
  void oneThatIsNeverTakenIsSaidWithoutTheAddress() {
    inbox.answer(500, 500, 404);

    send(inbox.url(), Duration.ofSeconds(30));

    assertThat(inbox.alerts()).hasSize(3);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("sync_parked acme/contacts", "127.0.0.1 answered 404", "alerts.webhook")
        .doesNotContain("secret");
  }

  @Test
  void anotherEndThatIsNotThereIsSaid() throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }

    send(URI.create("http://127.0.0.1:" + nobody + "/secret"), Duration.ofSeconds(30));

    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("could not be reached (ConnectException)")
        .doesNotContain("secret");
  }

  @Test
  void anotherEndThatNeverAnswersIsWaitedForNoLongerThanTheAttemptsMayTake() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      send(
          URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/secret"),
          Duration.ofMillis(100));
    }

    assertThat(warnings).singleElement().asString().contains("alerts.webhook");
  }
}
