/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.jobs.console.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sandbox}. */
@Command(
    name = "sandbox",
    header = "Starts the loopback destination alone, until it is interrupted.",
    description = {
      "",
      "It keeps what it is sent, in memory, and misbehaves as its script says: throttles, breaks,"
          + " hangs, refuses records. POST /sandbox/script changes the script while it runs.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul sandbox",
      "  curl http://127.0.0.1:9800/sandbox/records?object=contacts"
    })
final class SandboxCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9800",
      description = "Port on 127.0.0.1; 0 takes a free one (default: 9800).")
  private int port;

  @Option(names = "--script", paramLabel = "FILE", description = "Faults to play, in JSON.")
  private Path script;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Terminal terminal = backhaul.terminal();
    SandboxScript faults =
        script == null ? SandboxScript.FAULTLESS : SandboxScript.parse(Files.readString(script));
    try (SandboxServer server = SandboxServer.start(port, faults)) {
      terminal.out().println(server.url());
      terminal.err().println("The sandbox runs until it is interrupted (Ctrl-C).");
      new CountDownLatch(1).await();
      return ExitCode.DONE.code();
    }
  }
}
