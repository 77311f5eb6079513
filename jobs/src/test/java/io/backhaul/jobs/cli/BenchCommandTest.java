/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.bench.WrongAnswerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every benchmark on a table so small that its figures mean nothing; those that take long only
 * under {@code -Pfaults}.
 */
class BenchCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;

  @BeforeAll
  static void startSpark() {
    SparkSessions.shared();
  }

  private static CalledBackhaul call(String... args) {
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(args));
    all.addAll(List.of("--dir", folder.toString()));
    return CalledBackhaul.with(
        (conf, progress) -> new SessionOperations(conf, progress, Clock.systemUTC()),
        all.toArray(String[]::new));
  }

  private static JsonNode measured(String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--json", "--rounds", "1"));
    CalledBackhaul called = call(all.toArray(String[]::new));
    assertThat(called.err() + called.out()).contains("answers_equal");
    assertThat(called.code()).isZero();
    JsonNode result = JSON.readTree(called.out());
    List<String> names = new ArrayList<>();
    result.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly(
            "name", "rows", "changed", "machine", "rounds", "medians", "ratios", "answers_equal");
    assertThat(result.get("name").asText()).isEqualTo(args[0]);
    assertThat(result.get("rounds").asInt()).isEqualTo(1);
    assertThat(result.get("answers_equal").asBoolean()).isTrue();
    assertThat(result.get("medians"))
        .allSatisfy(each -> assertThat(each.get("seconds").asDouble()).isPositive());
    assertThat(leftBehind()).isEmpty();
    return result;
  }

  private static List<Path> leftBehind() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.endsWith("data")).toList();
    }
  }

  private static double ratio(JsonNode result, String name) {
    assertThat(result.get("ratios").has(name)).as(name).isTrue();
    return result.get("ratios").get(name).asDouble();
  }

  @Test
  void diff() throws IOException {
    JsonNode result = measured("diff", "--rows", "2000", "--changed", "10");

    assertThat(result.get("rows").asLong()).isEqualTo(2_000);
    assertThat(result.get("changed").asDouble()).isEqualTo(10);
    for (String name : List.of("backhaul", "plain_spark", "delta_merge", "floor")) {
      assertThat(result.get("medians").has(name)).as(name).isTrue();
    }
    for (String name : List.of("vs_plain", "vs_merge", "vs_floor")) {
      assertThat(ratio(result, name)).isPositive();
    }
  }

  @Test
  @Tag("faults")
  void diffOfATableInWhichNothingOrEverythingChanged() throws IOException {
    assertThat(ratio(measured("diff", "--rows", "2000", "--changed", "0"), "vs_floor"))
        .isPositive();
    assertThat(ratio(measured("diff", "--rows", "2000", "--changed", "100"), "vs_floor"))
        .isPositive();
  }

  @Test
  @Tag("faults")
  void deliver() throws IOException {
    JsonNode result = measured("deliver", "--rows", "2000", "--latency", "0");

    assertThat(ratio(result, "vs_bare_loop")).isPositive();
    assertThat(result.get("medians").get("backhaul_0ms").get("records_per_second").asDouble())
        .isPositive();
  }

  @Test
  @Tag("faults")
  void deliverToASlowDestination() throws IOException {
    JsonNode result = measured("deliver", "--rows", "2000", "--latency", "50,200");

    for (String name : List.of("vs_one_at_a_time", "vs_latency_bound", "vs_bare_loop_50ms")) {
      assertThat(ratio(result, name)).isPositive();
    }
  }

  @Test
  @Tag("faults")
  void first() throws IOException {
    JsonNode result = measured("first", "--rows", "2000");

    assertThat(ratio(result, "records_per_minute")).isPositive();
    for (String step : List.of("read", "diff", "plan", "deliver", "settle")) {
      assertThat(result.get("medians").get("backhaul").has("seconds_" + step)).as(step).isTrue();
    }
  }

  @Test
  @Tag("faults")
  void nightly() throws IOException {
    assertThat(ratio(measured("nightly", "--rows", "2000"), "vs_floor")).isPositive();
  }

  @Test
  @Tag("faults")
  void steady() throws IOException {
    JsonNode result = measured("steady", "--rows", "2000");

    assertThat(result.get("changed").asDouble()).isZero();
    assertThat(ratio(result, "seconds_per_sync")).isPositive();
  }

  @Test
  @Tag("faults")
  void small() throws IOException {
    JsonNode result = measured("small", "--rows", "2000", "--syncs", "1");

    // the lease taken and given back, and a row in runs
    assertThat(ratio(result, "commits_per_sync")).isBetween(1.0, 3.0);
    assertThat(ratio(result, "commits_per_sync_few_changed")).isGreaterThan(3);
    assertThat(ratio(result, "seconds_per_sync")).isPositive();
    assertThat(ratio(result, "last_fifth_vs_first")).isPositive();
  }

  @Test
  @Tag("faults")
  void scale() throws IOException {
    JsonNode result = measured("scale", "--rows", "500");

    assertThat(result.get("medians").has("backhaul_15000")).isTrue();
    assertThat(ratio(result, "exponent_seconds")).isFinite();
  }

  @Test
  @Tag("faults")
  void pushdown() throws IOException {
    JsonNode result = measured("pushdown", "--rows", "2000");

    assertThat(ratio(result, "received_mb_of_whole_rows")).isBetween(0.0, 0.5);
    assertThat(result.get("medians").get("whole_rows").get("received_mb").asDouble()).isPositive();
  }

  @Test
  void figuresForPeopleAreTables() {
    CalledBackhaul called =
        CalledBackhaul.with(new FakeOperations(), "bench", "diff", "--changed", "0.1");

    assertThat(called.code()).isZero();
    assertThat(called.out())
        .contains("diff: 5,000,000 rows, 0.1 % changed", "two cores", "1.50", "vs_plain", "4.25");
    assertThat(called.err()).contains("round 1 of 5");
  }

  @Test
  void aWrongAnswerIsAFailure() {
    FakeOperations operations = new FakeOperations();
    operations.thrown = new WrongAnswerException("liar", 18, 17);

    CalledBackhaul called = CalledBackhaul.with(operations, "bench", "diff", "--json");

    assertThat(called.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(called.out()).contains("failed", "liar").doesNotContain("answers_equal");
  }

  @Test
  void whatCannotBeMeasuredIsRefused() {
    assertThat(CalledBackhaul.with(new FakeOperations(), "bench", "dif").code()).isEqualTo(1);
    assertThat(CalledBackhaul.with(new FakeOperations(), "bench", "diff", "--changed", "101"))
        .satisfies(called -> assertThat(called.code()).isEqualTo(1))
        .satisfies(called -> assertThat(called.err()).contains("0 to 100"));
  }
}
