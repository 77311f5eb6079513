/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Lets contenders do the same work in turns, so that a machine that becomes slower slows all. Every
 * answer is compared, those of the rounds too, before any time is given out.
 */
final class Race {

  private final Meter meter;
  private final int rounds;
  private final Consumer<String> tell;

  /**
   * @param rounds timed ones; one that is not timed comes before
   * @param tell hears how it goes
   */
  Race(Meter meter, int rounds, Consumer<String> tell) {
    this.meter = meter;
    this.rounds = rounds;
    this.tell = tell;
  }

  int rounds() {
    return rounds;
  }

  /**
   * Runs the race. Who goes first changes from round to round.
   *
   * @param expected the right answer; {@code null} for that of the first contender
   * @return the laps of each contender, in the order of the contenders
   * @throws WrongAnswerException at the first answer that is another one
   */
  Map<String, List<Lap>> run(List<Contender> contenders, Object expected) throws Exception {
    Object right = expected;
    for (Contender contender : contenders) {
      Timed<?> warmUp = contender.round(meter);
      told(contender, "warm-up", warmUp.lap());
      right = right == null ? warmUp.answer() : right;
      compare(contender, warmUp.answer(), right);
    }
    Map<String, List<Lap>> laps = new LinkedHashMap<>();
    contenders.forEach(contender -> laps.put(contender.name(), new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < contenders.size(); turn++) {
        Contender contender = contenders.get((round + turn) % contenders.size());
        Timed<?> timed = contender.round(meter);
        told(contender, "round " + (round + 1) + " of " + rounds, timed.lap());
        compare(contender, timed.answer(), right);
        laps.get(contender.name()).add(timed.lap());
      }
    }
    return laps;
  }

  private static void compare(Contender contender, Object answer, Object right) {
    if (answer != null && !answer.equals(right)) {
      throw new WrongAnswerException(contender.name(), answer, right);
    }
  }

  private void told(Contender contender, String when, Lap lap) {
    tell.accept(
        String.format(Locale.ROOT, "%s, %s: %.2f s", contender.name(), when, lap.seconds()));
  }
}
