/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import java.util.Locale;
import java.util.Random;

/**
 * One step of a schedule. A step whose moment is not now does nothing, so that steps can be taken
 * out of a schedule without a change to the others.
 *
 * @param process which of the two processes, 0 or 1
 * @param what a key, a lane, or a request on the network
 * @param how a value, or which record of a request the fate is about
 * @param fate of the request, or of all of them
 */
record Step(Kind kind, int process, int what, int how, Fate fate) {

  /** What may happen next. */
  enum Kind {
    /** Row {@code what} becomes {@code how}; 0 is to leave. */
    ROW(7),
    /** A run starts. */
    START(7),
    /** The driver does the next thing that a death could follow. */
    DRIVE(34),
    /** Lane {@code what} does the next thing that a death could follow. */
    LANE(40),
    /** The run goes on to its end, with one fate for all of its requests. */
    FINISH(4),
    /** An attempt of partition {@code what} dies. */
    TASK_DIES(4),
    /** The process dies. */
    DIES(3),
    /** The process is stopped, and does not know. */
    SLEEPS(2),
    WAKES(4),
    /** The holder renews its lease, or learns that it has lost it. */
    RENEWS(2),
    /** More time passes than a lease lasts: whoever could not renew has lost it. */
    LEASE_RUNS_OUT(5),
    /** A request that was late arrives. */
    ARRIVES(3);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  private static final Kind[] DRAWN = drawn();

  private static Kind[] drawn() {
    java.util.List<Kind> kinds = new java.util.ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < kind.weight; i++) {
        kinds.add(kind);
      }
    }
    return kinds.toArray(Kind[]::new);
  }

  /**
   * Draws a step.
   *
   * @param mood fate of about half of all requests
   */
  static Step draw(Random random, Fate mood) {
    Kind kind = DRAWN[random.nextInt(DRAWN.length)];
    int bits = random.nextInt();
    int what = bits & 3;
    Fate fate = (bits >> 9 & 1) == 0 ? mood : Fate.DRAWN[(bits >> 2) & 15];
    return new Step(kind, (bits >> 8) & 1, what, (bits >> 6) & 3, fate);
  }

  static Step of(Kind kind, int process) {
    return new Step(kind, process, 0, 0, Fate.ANSWERED);
  }

  String text() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    String who = process == 0 ? "A" : "B";
    return switch (kind) {
      case ROW -> name + " " + what + " " + how;
      case LANE -> name + " " + who + " " + what + " " + fate + " " + how;
      case TASK_DIES -> name + " " + who + " " + what;
      case ARRIVES -> name + " " + what;
      case FINISH -> name + " " + who + " " + fate + " " + how;
      case LEASE_RUNS_OUT -> name;
      case START, DRIVE, DIES, SLEEPS, WAKES, RENEWS -> name + " " + who;
    };
  }

  static Step parse(String line) {
    String[] words = line.split(" ");
    Kind kind = Kind.valueOf(words[0].toUpperCase(Locale.ROOT));
    return switch (kind) {
      case ROW -> new Step(kind, 0, number(words[1]), number(words[2]), Fate.ANSWERED);
      case LANE ->
          new Step(
              kind, process(words[1]), number(words[2]), number(words[4]), Fate.valueOf(words[3]));
      case TASK_DIES -> new Step(kind, process(words[1]), number(words[2]), 0, Fate.ANSWERED);
      case ARRIVES -> new Step(kind, 0, number(words[1]), 0, Fate.ANSWERED);
      case FINISH -> new Step(kind, process(words[1]), 0, number(words[3]), Fate.valueOf(words[2]));
      case LEASE_RUNS_OUT -> of(kind, 0);
      case START, DRIVE, DIES, SLEEPS, WAKES, RENEWS -> of(kind, process(words[1]));
    };
  }

  private static int number(String word) {
    return Integer.parseInt(word);
  }

  private static int process(String word) {
    return word.equals("A") ? 0 : 1;
  }
}
