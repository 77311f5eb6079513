/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.ConsoleProgress;
import io.backhaul.jobs.console.Terminal;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code backhaul}. */
@Command(
    name = "backhaul",
    mixinStandardHelpOptions = true,
    version = "backhaul 0.1.0",
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Carries changed warehouse rows back into the tools that people work in.",
    description = {
      "",
      "A sync is a YAML file: rows of a table, mapped to records of a destination. One run of it"
          + " finds the rows that changed, sends them, and accounts for each in the ledger.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul demo                      see it work on this machine",
      "  backhaul validate                  check every file in conf/",
      "  backhaul plan acme/contacts        what a run would do",
      "  backhaul sync acme/contacts        do it",
      "  backhaul sql \"SELECT * FROM runs\"  ask the ledger"
    },
    exitCodeOnInvalidInput = 1,
    exitCodeOnExecutionException = 2,
    subcommands = {
      ValidateCommand.class,
      PlanCommand.class,
      SyncCommand.class,
      BackfillCommand.class,
      FleetCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      TriggerCommand.class,
      CancelCommand.class,
      CircuitCommand.class,
      StatusCommand.class,
      DlqCommand.class,
      IdsCommand.class,
      SqlCommand.class,
      MaintainCommand.class,
      DemoCommand.class,
      SandboxCommand.class,
      ConnectorCommand.class,
      BenchCommand.class,
      SimulateCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    })
public final class Backhaul implements Runnable {

  /** Starts what a command works with. */
  interface Opener {
    Operations open(Path conf, ConsoleProgress progress);
  }

  @Option(
      names = "--conf",
      paramLabel = "DIR",
      defaultValue = "conf",
      scope = ScopeType.INHERIT,
      description = "Folder with backhaul.yaml, destinations/ and syncs/ (default: conf).")
  private Path conf;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Say what is done, and where an error comes from.")
  private boolean verbose;

  private final Terminal terminal;
  private final Opener opener;

  Backhaul(Terminal terminal, Opener opener) {
    this.terminal = terminal;
    this.opener = opener;
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String... args) {
    Clock clock = Clock.systemUTC();
    int code =
        new Backhaul(
                Terminal.system(), (conf, progress) -> new SessionOperations(conf, progress, clock))
            .execute(args);
    System.exit(code);
  }

  /** Runs one command and returns its exit code. */
  int execute(String... args) {
    return commandLine().execute(args);
  }

  CommandLine commandLine() {
    Failures failures = new Failures(terminal);
    CommandLine line = new CommandLine(this);
    documentExitCodes(line);
    return line.setOut(terminal.out())
        .setErr(terminal.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setExecutionStrategy(
            parsed -> {
              Logs.configure(verbose);
              return new CommandLine.RunLast().execute(parsed);
            });
  }

  private static void documentExitCodes(CommandLine line) {
    line.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    line.getCommandSpec().usageMessage().exitCodeList(ExitCode.meanings());
    line.getSubcommands().values().forEach(Backhaul::documentExitCodes);
  }

  @Override
  public void run() {
    commandLine().usage(terminal.out());
  }

  Terminal terminal() {
    return terminal;
  }

  Path conf() {
    return conf;
  }

  /** Progress for people: none where the output is for a program and no person looks on. */
  ConsoleProgress progress(boolean json) {
    return json && !terminal.errShown()
        ? ConsoleProgress.silent()
        : ConsoleProgress.on(terminal, Clock.systemUTC());
  }

  Operations operations(boolean json) {
    return opener.open(conf, progress(json));
  }
}
