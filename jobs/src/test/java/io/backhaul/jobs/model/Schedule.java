/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** What happens, in order, and what it happens to; as text it is a script that can be replayed. */
record Schedule(Setup setup, List<Step> steps) {

  static Schedule draw(long seed) {
    Random random = new Random(seed);
    Setup setup = Setup.draw(random);
    Fate mood = Fate.MOODS[random.nextInt(Fate.MOODS.length)];
    int length = 20 + random.nextInt(100);
    List<Step> steps = new ArrayList<>(length);
    while (steps.size() < length) {
      Step step = Step.draw(random, mood);
      steps.add(step);
      if (random.nextInt(3) == 0) {
        follow(random, step, steps);
      }
    }
    return new Schedule(setup, steps);
  }

  /** What makes a fault matter soon: somebody else takes over. */
  private static void follow(Random random, Step step, List<Step> steps) {
    int other = 1 - step.process();
    if (step.kind() == Step.Kind.DIES) {
      steps.add(Step.of(Step.Kind.LEASE_RUNS_OUT, 0));
      steps.add(Step.of(Step.Kind.START, other));
    } else if (step.kind() == Step.Kind.START) {
      drive(step.process(), random.nextInt(10), steps);
    } else if (step.kind() == Step.Kind.SLEEPS) {
      steps.add(Step.of(Step.Kind.LEASE_RUNS_OUT, 0));
      steps.add(Step.of(Step.Kind.START, other));
      int drives = random.nextInt(16);
      drive(other, drives, steps);
      if (drives > 8) {
        steps.add(Step.of(Step.Kind.FINISH, other));
      }
      steps.add(Step.of(Step.Kind.WAKES, step.process()));
    }
  }

  private static void drive(int process, int times, List<Step> steps) {
    for (int i = 0; i < times; i++) {
      steps.add(Step.of(Step.Kind.DRIVE, process));
    }
  }

  String text() {
    return steps.stream()
        .map(Step::text)
        .collect(Collectors.joining("\n", setup.text() + "\n", ""));
  }

  static Schedule parse(String script) {
    List<String> lines = script.strip().lines().map(String::strip).toList();
    return new Schedule(
        Setup.parse(lines.get(0)), lines.stream().skip(1).map(Step::parse).toList());
  }
}
