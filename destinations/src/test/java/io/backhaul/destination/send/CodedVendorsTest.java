/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.Op;
import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.testkit.Canonical;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sender, the connectors for HubSpot, Slack and Census' receivers, and their sandboxes. */
class CodedVendorsTest {

  private static final String BEARER =
      "\"auth\":{\"type\":\"bearer\",\"token\":\"not-a-real-token\"}";
  private static final String REFRESH =
      "\"auth\":{\"type\":\"refresh_token\",\"client_id\":\"me\",\"client_secret\":\"not-real\","
          + "\"refresh_token\":\"not-real-either\"}";

  private final SandboxBed bed = new SandboxBed();

  @AfterEach
  void close() {
    bed.close();
  }

  private Destination open(String vendor, String keys) {
    return bed.open(vendor, "{\"url\":\"" + bed.sandbox.url() + "/" + vendor + "\"," + keys + "}");
  }

  private static Change change(Op op, int n, String fields) {
    return new Change("{\"id\":" + n + "}", op, fields, null, n, "");
  }

  private static List<Change> people(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            n ->
                change(
                    Op.UPSERT,
                    n,
                    "{\"email\":\"person"
                        + n
                        + "@example.com\",\"city\":\""
                        + (n % 40 == 0 ? "Atlantis" : "Oslo")
                        + "\"}"))
        .toList();
  }

  private void badWeather() {
    bed.sandbox.script(
        SandboxScript.FAULTLESS
            .with(Fault.times(Fault.Kind.THROTTLE, 1).startingAfter(1))
            .with(Fault.times(Fault.Kind.PARTIAL, 1).startingAfter(2))
            .with(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1).startingAfter(3))
            .with(Rejection.when("city", "Atlantis", "NO_SUCH_CITY", "it sank")));
  }

  @Test
  void hubSpotHoldsEveryContactButThoseItRefusedAndTheirLettersNameTheField() throws Exception {
    badWeather();
    SendReport report = bed.send(open("hubspot", REFRESH), "contacts", people(400));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    Map<String, String> held = bed.sandbox.records("contacts");
    assertThat(held).hasSize(390).doesNotContainKey("person40@example.com");
    assertThat(Canonical.tree(held.get("person7@example.com")).path("city").asText())
        .isEqualTo("Oslo");
    assertThat(bed.bench.log.counts())
        .isEqualTo(Map.of(Outcome.APPLIED, 390, Outcome.REJECTED, 10));
    assertThat(
            bed.bench.log.appended().stream()
                .flatMap(outcome -> outcome.outcomes().stream())
                .filter(record -> record.outcome() == Outcome.REJECTED))
        .allMatch(record -> "city".equals(record.field()));
  }

  @Test
  void hubSpotsTokenIsRenewedWhenItsHalfHourIsOver() throws Exception {
    try (Destination hubSpot = open("hubspot", REFRESH)) {
      assertThat(hubSpot.probe().account()).startsWith("1234567");
      bed.bench.clock.advance(Duration.ofMinutes(31));
      assertThat(hubSpot.probe().account()).startsWith("1234567");
    }
  }

  @Test
  void hubSpotsAssociationsAndMembershipsCome() throws Exception {
    List<Change> links =
        IntStream.rangeClosed(1, 150)
            .mapToObj(n -> change(Op.UPSERT, n, "{\"from_id\":" + n + ",\"to_id\":7}"))
            .toList();
    badWeather();
    bed.send(open("hubspot", BEARER), "associations/contacts/companies", links);
    assertThat(bed.sandbox.records("associations/contacts/companies")).hasSize(150);

    List<Change> members =
        IntStream.rangeClosed(1, 150)
            .mapToObj(n -> change(Op.UPSERT, n, "{\"record_id\":" + n + "}"))
            .toList();
    bed.send(open("hubspot", BEARER), "lists/42", new MemoryLog(), members);
    assertThat(bed.sandbox.records("lists/42")).hasSize(150);
    List<Change> leaving =
        IntStream.rangeClosed(1, 20)
            .mapToObj(n -> new Change("{\"id\":" + n + "}", Op.DELETE, null, "" + n, n, ""))
            .toList();
    bed.send(open("hubspot", BEARER), "lists/42", new MemoryLog(), leaving);
    assertThat(bed.sandbox.records("lists/42")).hasSize(130).doesNotContainKey("20");
  }

  @Test
  void aReceiverForCensusHoldsEveryRecordButThoseItRefused() throws Exception {
    badWeather();
    SendReport report = bed.send(open("census", BEARER), "contacts", people(400));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    Map<String, String> held = bed.sandbox.records("contacts");
    assertThat(held).hasSize(390).doesNotContainKey("40").containsKey("7");
    assertThat(bed.bench.log.counts())
        .isEqualTo(Map.of(Outcome.APPLIED, 390, Outcome.REJECTED, 10));

    List<Change> deletes =
        IntStream.rangeClosed(1, 400).mapToObj(n -> change(Op.DELETE, n, null)).toList();
    bed.send(open("census", BEARER), "contacts", new MemoryLog(), deletes);
    assertThat(bed.sandbox.records("contacts")).isEmpty();
  }

  @Test
  void slackHasEachMessageOnceOrItIsNotKnownWhether() throws Exception {
    bed.sandbox.script(
        SandboxScript.FAULTLESS
            .with(Fault.times(Fault.Kind.THROTTLE, 1).startingAfter(3))
            .with(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1).startingAfter(6))
            .with(Rejection.when("text", "40$", "restricted_action", "not that")));
    List<Change> messages =
        IntStream.rangeClosed(1, 50)
            .mapToObj(n -> change(Op.INSERT, n, "{\"text\":\"order " + n + "\"}"))
            .toList();

    bed.send(open("slack", BEARER), "#orders", messages);

    Map<Outcome, Integer> counts = new HashMap<>(bed.bench.log.counts());
    assertThat(counts)
        .isEqualTo(Map.of(Outcome.APPLIED, 48, Outcome.REJECTED, 1, Outcome.UNKNOWN, 1));
    String channel = "channels/" + ordersId();
    assertThat(bed.sandbox.records(channel).values()).hasSize(49).doesNotHaveDuplicates();
  }

  private String ordersId() {
    String id =
        bed.bench.log.appended().stream()
            .flatMap(outcome -> outcome.outcomes().stream())
            .filter(record -> record.outcome() == Outcome.APPLIED)
            .findFirst()
            .orElseThrow()
            .destinationId();
    return id.substring(0, id.indexOf(':'));
  }
}
