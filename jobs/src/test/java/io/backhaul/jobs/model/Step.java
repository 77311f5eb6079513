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
 * @param how a value, a {@link Fate} with a record, or nothing
 */
record Step(Kind kind, int process, int what, int how) {

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
    int how =
        switch (kind) {
          case ROW -> (bits >> 2) & 3;
          case LANE, FINISH -> {
            Fate fate = (bits >> 9 & 1) == 0 ? mood : Fate.DRAWN[(bits >> 2) & 15];
            yield fate.ordinal() * 4 + ((bits >> 6) & 3);
          }
          case START, DRIVE, TASK_DIES, DIES, SLEEPS, WAKES, RENEWS, LEASE_RUNS_OUT, ARRIVES -> 0;
        };
    return new Step(kind, (bits >> 8) & 1, what, how);
  }

  static Step of(Kind kind, int process) {
    return new Step(kind, process, 0, 0);
  }

  Fate fate() {
    return Fate.values()[how >> 2];
  }

  int record() {
    return how & 3;
  }

  String text() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    String who = process == 0 ? "A" : "B";
    return switch (kind) {
      case ROW -> name + " " + what + " " + how;
      case LANE -> name + " " + who + " " + what + " " + fate() + " " + record();
      case TASK_DIES -> name + " " + who + " " + what;
      case ARRIVES -> name + " " + what;
      case FINISH -> name + " " + who + " " + fate() + " " + record();
      case LEASE_RUNS_OUT -> name;
      case START, DRIVE, DIES, SLEEPS, WAKES, RENEWS -> name + " " + who;
    };
  }

  static Step parse(String line) {
    String[] words = line.split(" ");
    Kind kind = Kind.valueOf(words[0].toUpperCase(Locale.ROOT));
    return switch (kind) {
      case ROW -> new Step(kind, 0, Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      case LANE ->
          new Step(
              kind,
              process(words[1]),
              Integer.parseInt(words[2]),
              Fate.valueOf(words[3]).ordinal() * 4 + Integer.parseInt(words[4]));
      case TASK_DIES -> new Step(kind, process(words[1]), Integer.parseInt(words[2]), 0);
      case ARRIVES -> new Step(kind, 0, Integer.parseInt(words[1]), 0);
      case FINISH ->
          new Step(
              kind,
              process(words[1]),
              0,
              Fate.valueOf(words[2]).ordinal() * 4 + Integer.parseInt(words[3]));
      case LEASE_RUNS_OUT -> new Step(kind, 0, 0, 0);
      case START, DRIVE, DIES, SLEEPS, WAKES, RENEWS -> new Step(kind, process(words[1]), 0, 0);
    };
  }

  private static int process(String word) {
    return word.equals("A") ? 0 : 1;
  }
}
