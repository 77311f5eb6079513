/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import java.time.Clock;

/** Calls commands one after the other in a process that goes on, for tests of other packages. */
public final class CommandsInProcess {

  private CommandsInProcess() {}

  /** Runs one command on this process's own streams, by a clock, and returns its exit code. */
  public static int call(Clock clock, String... args) {
    return new Backhaul(
            Terminal.system(), (conf, progress) -> new SessionOperations(conf, progress, clock))
        .execute(args);
  }
}
