/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RaceTest {

  private final Meter meter = new Meter(SparkSessions.shared().sparkContext());
  private final List<String> started = new ArrayList<>();

  @AfterEach
  void closeMeter() {
    meter.close();
  }

  private Contender contender(String name, Object... answers) {
    return Contender.of(
        name,
        () -> {
          started.add(name);
          int times = (int) started.stream().filter(name::equals).count();
          return answers[Math.min(times, answers.length) - 1];
        });
  }

  private Map<String, List<Lap>> race(int rounds, Object expected, Contender... contenders)
      throws Exception {
    return new Race(meter, rounds, line -> {}).run(List.of(contenders), expected);
  }

  @Test
  void eachIsWarmedUpAndThenTimedInTurnsWithAnotherOneFirstEachRound() throws Exception {
    Map<String, List<Lap>> laps =
        race(3, null, contender("a", 1), contender("b", 1), contender("c", 1));

    assertThat(String.join("", started)).isEqualTo("abc" + "abc" + "bca" + "cab");
    assertThat(laps).containsOnlyKeys("a", "b", "c");
    assertThat(laps.values()).allSatisfy(each -> assertThat(each).hasSize(3));
  }

  @Test
  void aContenderThatLiesIsFoundBeforeAnyTimeCounts() {
    assertThatThrownBy(() -> race(2, null, contender("honest", 17), contender("liar", 18)))
        .isInstanceOf(WrongAnswerException.class)
        .hasMessageContainingAll("no time counts", "liar", "18", "17");
    assertThat(started).containsExactly("honest", "liar");
  }

  @Test
  void aContenderThatLiesOnlyOnceTheClockRunsIsFoundAsWell() {
    assertThatThrownBy(() -> race(2, null, contender("honest", 17), contender("liar", 17, 18)))
        .isInstanceOf(WrongAnswerException.class)
        .hasMessageContaining("liar");
  }

  @Test
  void allThatAgreeOnAWrongAnswerAreFoundWhereTheRightOneIsKnown() {
    assertThatThrownBy(() -> race(1, 16, contender("a", 17), contender("b", 17)))
        .isInstanceOf(WrongAnswerException.class);
  }

  @Test
  void whoAnswersNoQuestionIsNotCompared() throws Exception {
    assertThat(race(1, null, contender("a", 17), contender("floor", (Object) null)))
        .containsKey("floor");
  }

  @Test
  void bytesShuffledAreThoseOfTheWorkAlone() throws Exception {
    Dataset<Row> hashes = SparkSessions.shared().range(10_000).selectExpr("xxhash64(id) AS hash");
    Contender shuffles =
        Contender.of("shuffles", () -> hashes.repartition(2).selectExpr("max(hash)").head());
    Contender none = Contender.of("none", () -> hashes.collectAsList().size());

    Map<String, List<Lap>> laps = race(1, null, shuffles);
    laps.putAll(race(1, null, none));

    // 8 bytes a hash, which no compression makes fewer
    assertThat(laps.get("shuffles").get(0).shuffledBytes()).isBetween(80_000L, 500_000L);
    assertThat(laps.get("none").get(0).shuffledBytes()).isZero();
  }
}
