/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** One call of the command line, with what it printed. */
record CalledBackhaul(int code, String out, String err) {

  /** Calls it as a script would: neither stream is a terminal. */
  static CalledBackhaul with(Backhaul.Opener opener, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = new Backhaul(terminal(out, err), opener).execute(args);
    return new CalledBackhaul(code, out.toString(), err.toString());
  }

  static CalledBackhaul with(Operations operations, String... args) {
    return with((conf, progress) -> operations, args);
  }

  /** The commands themselves, to look at. */
  static CommandLine commandLine() {
    Terminal unheard = terminal(new StringWriter(), new StringWriter());
    return new Backhaul(unheard, (conf, progress) -> new FakeOperations()).commandLine();
  }

  private static Terminal terminal(StringWriter out, StringWriter err) {
    return new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false, 100);
  }
}
