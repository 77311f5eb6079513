/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.backfill.BackfillRequest;
import io.backhaul.jobs.fleet.HeldAccount;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.sync.RunStatus;
import io.backhaul.jobs.worker.FleetSettings;
import io.backhaul.jobs.worker.Term;
import io.backhaul.jobs.worker.WorkerReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetCommandsTest {

  private final FakeOperations operations = new FakeOperations();

  private CalledBackhaul call(String... args) {
    return CalledBackhaul.with(operations, args);
  }

  @Test
  void aFleetIsAskedForWithAllThatWasChosen() {
    assertThat(call("fleet").code()).isZero();
    call("fleet", "--once");
    call(
        "fleet",
        "--for",
        "55m",
        "--workers",
        "8",
        "--per-tenant",
        "3",
        "--per-destination",
        "2",
        "--max-consecutive-failures",
        "9");

    assertThat(operations.asked)
        .containsExactly(
            new Term.Endless(),
            FleetSettings.DEFAULT,
            new Term.Once(),
            FleetSettings.DEFAULT,
            new Term.For(Duration.ofMinutes(55)),
            new FleetSettings(8, 3, 2, 9));
  }

  @Test
  void whatAFleetDidIsPrintedAsDataAndItsLinesWhereTheResultIsNot() {
    operations.fleetEnd =
        new Operations.FleetEnd(
            new WorkerReport(
                3,
                1,
                2,
                0,
                List.of("acme/broken"),
                List.of(
                    new HeldAccount(
                        "acme/crm", 2, "HTTP_503", Instant.parse("2026-03-01T12:00:00Z"))),
                2),
            List.of(new SpecProblem("conf/syncs/acme/typo.yaml", 1, 1, "sourse", "unknown", null)));

    CalledBackhaul called = call("fleet", "--once", "--json");

    assertThat(called.out())
        .startsWith(
            "{\"done\":3,\"deferred\":1,\"failed\":2,\"lost\":0,\"waiting\":2,"
                + "\"parked\":[\"acme/broken\"],\"held\":[{\"destination\":\"acme/crm\","
                + "\"jobs\":2,\"reason\":\"HTTP_503\",\"until\":\"2026-03-01T12:00:00Z\"}],"
                + "\"broken\":[\"conf/syncs/acme/typo.yaml:1");
    assertThat(called.err()).isEqualTo("acme/contacts begins\n");
    assertThat(called.code()).isEqualTo(2);
    assertThat(call("fleet", "--once").out())
        .contains("acme/broken is parked", "left out: conf/syncs/acme/typo.yaml:1", "HTTP_503");
  }

  @ParameterizedTest
  @CsvSource({
    "pause, PAUSE",
    "resume, RESUME",
    "trigger, TRIGGER",
    "cancel, CANCEL",
  })
  void aWishIsForASyncATenantOrADestination(String command, String wish) {
    assertThat(call(command, "contacts").out()).isEqualTo(command + ": acme/contacts\n");
    call(command, "--tenant", "acme");
    call(command, "--destination", "acme/crm");

    assertThat(operations.asked)
        .containsExactly(
            wish + " " + new Target.OneSync("acme", "contacts"),
            wish + " " + new Target.OneTenant("acme"),
            wish + " " + new Target.OneAccount("acme", "crm"));
  }

  @Test
  void aWishThatMeansNoSyncIsAMistake() {
    operations.meant = Set.of();

    CalledBackhaul called = call("pause", "--tenant", "nobody");

    assertThat(called.code()).isEqualTo(1);
    assertThat(called.err()).contains("no file and no fleet knows such a sync");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pause | Missing required argument",
        "pause --destination crm | is not a destination as tenant/name",
        "fleet --once --for 1m | mutually exclusive",
        "fleet --workers 0 | is not at least 1",
        "circuit | say what to do with the circuit",
        "circuit close crm | is not a destination as tenant/name",
      })
  void aWrongCommandLineIsSaid(String line, String said) {
    CalledBackhaul called = call(line.split(" "));

    assertThat(called.code()).isEqualTo(1);
    assertThat(called.err()).contains(said);
    assertThat(operations.asked).isEmpty();
  }

  @Test
  void aCircuitIsClosedByItsName() {
    assertThat(call("circuit", "close", "acme/crm").out())
        .isEqualTo("acme/crm: closed; the next run tries it\n");
    assertThat(call("circuit", "close", "acme/crm", "--json").out())
        .isEqualTo("{\"destination\":\"acme/crm\",\"closed\":true}\n");
    assertThat(operations.asked).containsOnly("close acme crm");
  }

  @Test
  void aBackfillIsAskedForWithAllThatWasChosen() {
    operations.report = FakeOperations.report(RunStatus.PARTIAL, Map.of("deferred", 1L), null);

    CalledBackhaul called =
        call(
            "backfill",
            "acme/contacts",
            "--where",
            "id > 7",
            "--since",
            "2026-03-01T00:00:00Z",
            "--chunk",
            "100",
            "--again",
            "--accept",
            "changes=9");

    assertThat(operations.asked)
        .containsExactly(
            "acme/contacts",
            new BackfillRequest(
                "id > 7", Instant.parse("2026-03-01T00:00:00Z"), 100, true, Map.of("changes", 9L)));
    assertThat(called.code()).isEqualTo(3);
    assertThat(called.out()).contains("1 of 3 pieces are done; the same command goes on");
    assertThat(call("backfill", "acme/contacts", "--json").out())
        .startsWith("{\"id\":\"5f0c91ab\",\"chunks\":3,\"done_before\":1,\"finished\":false,");
  }
}
