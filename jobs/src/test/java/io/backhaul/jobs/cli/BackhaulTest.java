/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.deadletter.DeadLetterBox;
import io.backhaul.jobs.maintain.TableUpkeep;
import io.backhaul.jobs.spec.SpecException;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.sync.RunOptions;
import io.backhaul.jobs.sync.RunStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BackhaulTest {

  private final FakeOperations operations = new FakeOperations();

  private CalledBackhaul call(String... args) {
    return CalledBackhaul.with(operations, args);
  }

  @TestFactory
  Stream<DynamicTest> everyCommandExplainsItselfWithAnExampleAndItsExitCodes() {
    return commands(CalledBackhaul.commandLine(), new ArrayList<>())
        .map(
            words ->
                DynamicTest.dynamicTest(
                    "backhaul " + String.join(" ", words),
                    () -> {
                      List<String> args = new ArrayList<>(words);
                      args.add("--help");
                      CalledBackhaul called = call(args.toArray(String[]::new));
                      assertThat(called.code()).isZero();
                      assertThat(called.out())
                          .contains("Example", "Exit codes:", "5   another run holds the sync");
                      assertThat(called.out().lines()).allMatch(line -> line.length() <= 80);
                      assertThat(operations.asked).isEmpty();
                    }));
  }

  private static Stream<List<String>> commands(CommandLine line, List<String> words) {
    return Stream.concat(
        Stream.of(words),
        line.getSubcommands().entrySet().stream()
            .filter(entry -> !entry.getKey().equals("help"))
            .flatMap(
                entry -> {
                  List<String> more = new ArrayList<>(words);
                  more.add(entry.getKey());
                  return commands(entry.getValue(), more);
                }));
  }

  @Test
  void aRunIsPrintedAsTheOneObjectThatOtherToolsRead() {
    operations.report =
        FakeOperations.report(
            RunStatus.PARTIAL,
            Map.of("source", 100L, "planned", 4L, "applied", 3L, "rejected", 1L, "upsert", 4L),
            null);
    CalledBackhaul called = call("sync", "acme/contacts", "--json");
    assertThat(called.out())
        .isEqualTo(
            "{\"run_id\":\"20260301T120000000Z-0001\",\"tenant\":\"acme\",\"sync\":\"contacts\","
                + "\"status\":\"partial\",\"counts\":{\"source\":100,\"unchanged\":0,\"planned\":4,"
                + "\"applied\":3,\"rejected\":1,\"invalid\":0,\"quarantined\":0,\"deferred\":0,"
                + "\"unknown\":0},\"ops\":{\"upsert\":4,\"insert\":0,\"update\":0,\"delete\":0},"
                + "\"seconds\":{\"read\":0.250,\"diff\":1.235,\"plan\":0.000,\"deliver\":0.000,"
                + "\"settle\":0.000},\"error\":null}\n");
    assertThat(called.err()).isEmpty();
    assertThat(operations.closed).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED, applied, 0",
    "PARTIAL, rejected, 0",
    "PARTIAL, deferred, 3",
    "PARTIAL, unknown, 3",
    "FAILED, deferred, 2",
    "STOPPED, source, 4",
    "SKIPPED, source, 5"
  })
  void theExitCodeSaysHowTheRunEnded(RunStatus status, String count, int code) {
    operations.report = FakeOperations.report(status, Map.of(count, 1L), null);
    assertThat(call("sync", "acme/contacts").code()).isEqualTo(code);
    assertThat(call("sync", "acme/contacts", "--json").code()).isEqualTo(code);
  }

  @Test
  void aRunIsAskedForWithAllThatWasChosen() {
    call(
        "sync",
        "acme/contacts",
        "--full",
        "--limit",
        "100",
        "--where",
        "country = 'NL'",
        "--patience",
        "10m",
        "--accept",
        "deletes=5000",
        "--accept",
        "source_rows=1");
    assertThat(operations.asked)
        .containsExactly(
            "acme/contacts",
            new RunOptions(
                true,
                100L,
                "country = 'NL'",
                Duration.ofMinutes(10),
                Map.of("deletes", 5000L, "source_rows", 1L),
                "manual"));
  }

  @Test
  void aRunByHandHasTwoMinutesOfPatience() {
    call("sync", "contacts");
    assertThat(operations.asked).containsExactly("contacts", RunOptions.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sync|Missing required parameter: 'SYNC'",
        "sync a/b --limit 0|'0' is not at least 1",
        "sync a/b --limit many|'many' is not a whole number",
        "sync a/b --patience 10|'10' is not a time such as 90s, 10m or 1h",
        "sync a/b --accept delete=5|there is no guard 'delete'; the guards are deletes, changes",
        "sync a/b --acept deletes=5|Possible solutions: --accept",
        "synk a/b|Did you mean: backhaul sync?",
        "dlq|list, show, retry or discard",
        "dlq retry|say which letters are meant",
        "dlq discard contacts --all|say which letters are meant",
        "dlq list --status lost|expected one of [open, requeued, resolved, discarded, any]",
        "demo --rows 10|a demo takes at least 2000 rows"
      })
  void aWrongCommandLineIsSaidWithWhatIsRight(String line, String said) {
    CalledBackhaul called = call(line.split(" "));
    assertThat(called.code()).isEqualTo(1);
    assertThat(called.err()).contains(said).contains("--help'");
    assertThat(called.out()).isEmpty();
    assertThat(operations.asked).isEmpty();
  }

  @Test
  void everyProblemOfTheConfigurationIsALineOfItsOwn() {
    operations.thrown =
        new SpecException(
            List.of(
                new SpecProblem("conf/a.yaml", 3, 5, "mode", "there is no mode \"x\"", "insert"),
                new SpecProblem("conf/b.yaml", 1, 1, "", "is empty", null)));
    CalledBackhaul called = call("sync", "acme/contacts", "--json");
    assertThat(called.code()).isEqualTo(1);
    assertThat(called.err())
        .isEqualTo(
            """
            conf/a.yaml:3:5 mode: there is no mode "x"; did you mean "insert"?
            conf/b.yaml:1:1: is empty
            """);
    assertThat(called.out())
        .isEqualTo(
            "{\"run_id\":null,\"tenant\":null,\"sync\":null,\"status\":\"failed\",\"counts\":null,"
                + "\"ops\":null,\"seconds\":null,\"error\":\"conf/a.yaml:3:5 mode: there is no mode"
                + " \\\"x\\\"; did you mean \\\"insert\\\"?; conf/b.yaml:1:1: is empty\"}\n");
    assertThat(operations.closed).isTrue();
  }

  @Test
  void validateListsProblemsAsData() {
    operations.thrown =
        new SpecException(
            List.of(new SpecProblem("conf/a.yaml", 3, 5, "mode", "there is no mode", "insert")));
    CalledBackhaul called = call("validate", "--json");
    assertThat(called.code()).isEqualTo(1);
    assertThat(called.out())
        .isEqualTo(
            "{\"status\":\"failed\",\"problems\":[{\"file\":\"conf/a.yaml\",\"line\":3,\"column\":5,\"path\":\"mode\",\"message\":\"there"
                + " is no mode\",\"suggestion\":\"insert\"}],\"notes\":[]}\n");
  }

  @Test
  void validateWarnsAndIsContentAllTheSame() {
    operations.warnings = List.of("acme/contacts: dbt does not test that id is unique");

    CalledBackhaul called = call("validate", "--offline");

    assertThat(called.code()).isZero();
    assertThat(called.err()).contains("warning: acme/contacts: dbt does not test");
    assertThat(called.out()).contains("3 syncs and 2 destinations: nothing is wrong");
    assertThat(call("validate", "--json").out())
        .contains("\"warnings\":[\"acme/contacts: dbt does not test that id is unique\"]");
  }

  @Test
  void validateSaysWhatItCouldNotCheck() {
    operations.notes = List.of("acme/contacts: the destination crm could not be asked: refused");
    CalledBackhaul called = call("validate", "acme/contacts", "--offline");
    assertThat(called.code()).isZero();
    assertThat(called.out())
        .isEqualTo("3 syncs and 2 destinations: nothing is wrong, as far as it could be checked\n");
    assertThat(called.err()).contains("not checked: acme/contacts: the destination crm");
    assertThat(operations.asked).containsExactly("validate acme/contacts NOBODY");
  }

  @Test
  void anUnexpectedErrorIsOneLineUntilItsOriginIsAskedFor() {
    operations.thrown =
        new IllegalStateException("wrapped", new IllegalStateException("the disk is full\nat all"));
    CalledBackhaul quiet = call("sync", "acme/contacts");
    assertThat(quiet.code()).isEqualTo(2);
    assertThat(quiet.err())
        .isEqualTo(
            "backhaul: the disk is full\nRun it again with -v to see where it comes from.\n");
    CalledBackhaul verbose = call("sync", "acme/contacts", "-v");
    assertThat(verbose.err()).contains("the disk is full", "at io.backhaul");
  }

  @Test
  void aGuardThatWouldStopTheRunIsTheExitCodeOfItsPlan() {
    assertThat(call("plan", "acme/contacts").code()).isZero();
    operations.plan = FakeOperations.plan(List.of("5000 deletes of 10000 rows in state"));
    CalledBackhaul called = call("plan", "acme/contacts");
    assertThat(called.code()).isEqualTo(4);
    assertThat(called.out()).contains("a guard would stop it: 5000 deletes");
  }

  @Test
  void aPlanIsPrintedAsData() {
    assertThat(call("plan", "acme/contacts", "--json").out())
        .isEqualTo(
            "{\"tenant\":\"acme\",\"sync\":\"contacts\",\"source\":100,\"unchanged\":97,\"quarantined\":0,\"ops\":{\"upsert\":3},\"waiting\":0,\"invalid\":{\"email:"
                + " required\":2},\"calls\":1,\"minutes\":0.020,\"calls_left\":null,\"strategy\":\"snapshot\",\"strategy_note\":null,\"stopped_by\":[],\"sample\":[{\"key\":{\"customer_id\":17},\"op\":\"upsert\",\"before\":{\"origin\":\"warehouse\",\"score\":1.10},\"after\":{\"origin\":\"warehouse\",\"score\":1.20},\"changed_fields\":[\"score\"]}]}\n");
  }

  @Test
  void rowsOfTheLedgerAreAnArrayOfObjectsALineEach() {
    assertThat(call("sql", "SELECT 1", "--json").out())
        .isEqualTo(
            """
            [
            {"sync":"contacts","n":12345,"error":null},
            {"sync":"contacts","n":12345,"error":null}
            ]
            """);
    assertThat(operations.asked).containsExactly("SELECT 1 null");
  }

  @Test
  void rowsOfTheLedgerAreATableForPeople() {
    assertThat(call("sql", "SELECT 1").out())
        .isEqualTo(
            """
            +----------+-------+-------+
            | sync     | n     | error |
            +----------+-------+-------+
            | contacts | 12345 |       |
            | contacts | 12345 |       |
            +----------+-------+-------+
            2 rows
            """);
    assertThat(operations.asked).containsExactly("SELECT 1 200");
  }

  @Test
  void theStateOfEachSyncIsPrintedAsData() {
    assertThat(call("status", "--json").out())
        .isEqualTo(
            "[\n{\"tenant\":\"acme\",\"sync\":\"contacts\",\"run_id\":\""
                + FakeOperations.RUN
                + "\",\"status\":\"partial\",\"started_at\":\"2026-03-01T12:00:00Z\",\"ended_at\":\"2026-03-01T12:00:02.500Z\",\"error\":null,\"p95_seconds\":42.5,\"estimated\":false,\"open_letters\":7,\"held_by\":null,\"held_until\":null}\n"
                + "]\n");
    assertThat(call("status").out()).contains("acme/contacts", "partial", "42 s", "7", "free");
  }

  @Test
  void lettersAreFoundByTenantSyncCodeAndField() {
    CalledBackhaul called =
        call("dlq", "list", "acme/contacts", "--code", "email", "--field", "email", "--limit", "5");
    assertThat(called.out()).contains("3f0c", "acme/contacts", "is not an", "2026-03-01 12:00");
    assertThat(operations.asked)
        .containsExactly(
            new DeadLetterBox.Filter("acme", "contacts", null, "email", "email"), "open 5");
  }

  @Test
  void lettersOfAnyStatusCanBeListed() {
    call("dlq", "list", "--tenant", "acme", "--status", "any", "--json");
    assertThat(operations.asked)
        .containsExactly(new DeadLetterBox.Filter("acme", null, null, null, null), "null 50");
  }

  @Test
  void oneLetterIsShownOrSaidToBeMissing() {
    assertThat(call("dlq", "show", "3f0c").out())
        .contains("letter_id    3f0c\n", "message      is not an e-mail address\n");
    CalledBackhaul missing = call("dlq", "show", "beef");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("there is no dead letter beef");
  }

  @Test
  void idsAreATableOrAnArrayOfObjectsALineEach() {
    CalledBackhaul table = call("ids", "contacts", "--limit", "2");
    CalledBackhaul data = call("ids", "contacts", "--json");

    assertThat(operations.asked).containsExactly("contacts [] 2", "contacts [] 50");
    assertThat(table.code()).isZero();
    assertThat(table.out())
        .contains("| {\"customer_id\":17} | 003A           | 2026-03-01 12:00 |")
        .endsWith("the first 2; --limit shows more\n");
    assertThat(data.out())
        .isEqualTo(
            """
            [
            {"key":"{\\"customer_id\\":17}","destination_id":"003A","synced_at":"2026-03-01T12:00:00Z"},
            {"key":"{\\"customer_id\\":18}","destination_id":null,"synced_at":"2026-03-01T12:00:00Z"}
            ]
            """);
  }

  @Test
  void aKeyThatIsNotInStateIsSaidToBeMissing() {
    CalledBackhaul called = call("ids", "contacts", "17", "99");

    assertThat(operations.asked).containsExactly("contacts [17, 99] 50");
    assertThat(called.code()).isEqualTo(1);
    assertThat(called.out()).contains("003A").doesNotContain("99");
    assertThat(called.err())
        .isEqualTo(
            "backhaul: acme/contacts has delivered no record with the key {\"customer_id\":99}\n");
    assertThat(call("ids").code()).isEqualTo(1);
  }

  @Test
  void lettersAreChangedOnlyByNameOrAllOnPurpose() {
    assertThat(call("dlq", "retry", "--all", "--json").out()).isEqualTo("{\"letters\":7}\n");
    assertThat(call("dlq", "discard", "--id", "3f0c").out()).isEqualTo("7 letters discarded\n");
    assertThat(operations.asked)
        .containsExactly(
            new DeadLetterBox.Filter(null, null, null, null, null),
            new DeadLetterBox.Filter(null, null, "3f0c", null, null));
  }

  @Test
  void upkeepIsPrintedTableByTableAndFailsWithTheTableThatFailed() {
    CalledBackhaul done = call("maintain");
    assertThat(done.code()).isZero();
    assertThat(done.out()).contains("outbox acme/contacts", "12,345", "4,096");
    assertThat(call("maintain", "--dry-run").out()).contains("nothing was changed");
    assertThat(operations.asked).containsExactly("maintain false", "maintain true");

    operations.upkeep = List.of(new TableUpkeep("runs", 1, 2, 3, "no such file", true));
    CalledBackhaul failed = call("maintain", "--json");
    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.out())
        .isEqualTo(
            "{\"status\":\"failed\",\"dry_run\":false,\"tables\":[{\"table\":\"runs\","
                + "\"rows_expired\":1,\"files_compacted\":2,\"bytes_freed\":3,"
                + "\"note\":\"no such file\",\"failed\":true}]}\n");
  }

  @Test
  void theFolderOfTheConfigurationCanBeNamedBeforeOrBehindTheCommand() {
    List<Path> folders = new ArrayList<>();
    Backhaul.Opener opener =
        (conf, progress) -> {
          folders.add(conf);
          return operations;
        };
    CalledBackhaul.with(opener, "status");
    CalledBackhaul.with(opener, "--conf", "demo/conf", "status");
    CalledBackhaul.with(opener, "status", "--conf", "demo/conf");
    assertThat(folders)
        .containsExactly(Path.of("conf"), Path.of("demo/conf"), Path.of("demo/conf"));
  }

  @Test
  void aDemoTellsItsStoryWhereTheResultIsNot() {
    CalledBackhaul told = call("demo");
    assertThat(told.out()).isEqualTo("once upon a time\n");

    CalledBackhaul asJson = call("demo", "--json");
    assertThat(asJson.out())
        .startsWith("[\n{\"run_id\":\"20260301T120000000Z-0001\",")
        .endsWith("}\n]\n");
    assertThat(asJson.err()).isEqualTo("once upon a time\n");
  }

  @Test
  void theShellCompletesEveryCommandAndOption() {
    CalledBackhaul called = call("completion");
    assertThat(called.code()).isZero();
    assertThat(called.out())
        .startsWith("#!/usr/bin/env bash")
        .contains("_picocli_backhaul_dlq_retry()", "'--patience'", "requeued")
        .contains("complete -F _complete_backhaul -o default backhaul");
  }
}
