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
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sender, connectors that are files, and the sandboxes of their vendors. */
class DeclaredVendorsTest {

  private final SandboxBed bed = new SandboxBed();

  @AfterEach
  void close() {
    bed.close();
  }

  private Destination open(String vendor) {
    String auth =
        switch (vendor) {
          case "iterable" -> "{\"type\":\"header\",\"token\":\"not-a-real-key\"}";
          case "customerio" ->
              "{\"type\":\"basic\",\"username\":\"site\",\"password\":\"not-a-real-key\"}";
          default -> "{\"type\":\"bearer\",\"token\":\"not-a-real-token\"}";
        };
    return bed.open(
        vendor, "{\"url\":\"" + bed.sandbox.url() + "/" + vendor + "\",\"auth\":" + auth + "}");
  }

  private SendReport send(String vendor, String object, List<Change> plan) throws Exception {
    return bed.send(open(vendor), object, plan);
  }

  private static Change change(Op op, int n, String plan) {
    String fields =
        op == Op.DELETE
            ? null
            : "{\"email\":\"person" + n + "@example.com\",\"plan\":\"" + plan + "\"}";
    return new Change("{\"id\":" + n + "}", op, fields, null, n, "");
  }

  private static List<Change> upserts(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(n -> change(Op.UPSERT, n, n % 40 == 0 ? "gold" : "pro"))
        .toList();
  }

  private void badWeather() {
    bed.sandbox.script(
        SandboxScript.FAULTLESS
            .with(Fault.times(Fault.Kind.THROTTLE, 2).startingAfter(2))
            .with(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1).startingAfter(3))
            .with(Rejection.when("plan", "gold", "parameter_invalid", "is no plan")));
  }

  private void assertHolds(String object, int bad) {
    Map<String, String> held = bed.sandbox.records(object);
    assertThat(held).hasSize(400 - bad).doesNotContainKey("40").doesNotContainKey("400");
    assertThat(Canonical.tree(held.get("7")).path("email").asText())
        .isEqualTo("person7@example.com");
  }

  @Test
  void brazeHoldsEveryUserButThoseItRefusedAndTheirLettersNameTheField() throws Exception {
    badWeather();
    SendReport report = send("braze", "users", upserts(400));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertHolds("users", 10);
    assertThat(bed.bench.log.counts())
        .isEqualTo(Map.of(Outcome.APPLIED, 390, Outcome.REJECTED, 10));
    assertLettersNameThePlan();
  }

  @Test
  void intercomHoldsEveryContactButThoseItRefusedAndTheirLettersNameTheField() throws Exception {
    badWeather();
    SendReport report = send("intercom", "contacts", upserts(400));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertHolds("contacts", 10);
    assertThat(bed.bench.log.counts())
        .isEqualTo(Map.of(Outcome.APPLIED, 390, Outcome.REJECTED, 10));
    assertLettersNameThePlan();
  }

  @Test
  void customerioHoldsEverybodyButThoseItRefusedAndTheirLettersNameTheField() throws Exception {
    badWeather();
    SendReport report = send("customerio", "people", upserts(400));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertHolds("people", 10);
    assertThat(bed.bench.log.counts())
        .isEqualTo(Map.of(Outcome.APPLIED, 390, Outcome.REJECTED, 10));
    assertLettersNameThePlan();
  }

  @Test
  void iterableRefusesWholeCallsAndHoldsEverybodyElseAllTheSame() throws Exception {
    badWeather();
    SendReport report = send("iterable", "users", upserts(400));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bed.sandbox.records("users"))
        .hasSize(390)
        .containsKey("person7@example.com")
        .doesNotContainKey("person40@example.com");
    assertThat(bed.bench.log.counts())
        .isEqualTo(Map.of(Outcome.APPLIED, 390, Outcome.REJECTED, 10));
    assertLettersNameThePlan();
  }

  private void assertLettersNameThePlan() {
    assertThat(
            bed.bench.log.appended().stream()
                .flatMap(outcome -> outcome.outcomes().stream())
                .filter(record -> record.outcome() == Outcome.REJECTED))
        .hasSize(10)
        .allMatch(record -> "plan".equals(record.field()));
  }

  @Test
  void intercomsAllowanceIsWaitedFor() throws Exception {
    List<Change> plan =
        IntStream.rangeClosed(1, 2_000).mapToObj(n -> change(Op.UPSERT, n, "pro")).toList();
    SendReport report = send("intercom", "contacts", plan);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bed.sandbox.records("contacts")).hasSize(2_000);
    assertThat(bed.bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2_000));
  }

  @Test
  void whatIsDeletedIsGone() throws Exception {
    for (String vendor : List.of("braze", "intercom")) {
      String object = vendor.equals("braze") ? "users" : "contacts";
      List<Change> plan =
          IntStream.rangeClosed(1, 120).mapToObj(n -> change(Op.UPSERT, n, "pro")).toList();
      bed.send(open(vendor), object, new MemoryLog(), plan);
      assertThat(bed.sandbox.records(object)).hasSize(120);
      List<Change> deletes =
          IntStream.rangeClosed(1, 121).mapToObj(n -> change(Op.DELETE, n, null)).toList();
      MemoryLog log = new MemoryLog();

      assertThat(bed.send(open(vendor), object, log, deletes).ending()).isEqualTo(Ending.DRAINED);
      assertThat(bed.sandbox.records(object)).isEmpty();
      assertThat(log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 121));
    }
  }
}
