/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.deadletter.ProtectedFields;
import io.backhaul.jobs.ledger.NewerLedgerException;
import io.backhaul.jobs.ledger.UnwritableLedgerException;
import io.backhaul.jobs.report.DestinationIds;
import io.backhaul.jobs.report.LedgerQuery;
import io.backhaul.jobs.spec.SpecException;
import io.backhaul.jobs.sync.SpeculationException;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong: what the user can change without a stack trace, all else with a hint. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private final Terminal terminal;

  Failures(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int handleParseException(ParameterException thrown, String[] args) {
    CommandLine command = thrown.getCommandLine();
    terminal.err().println(command.getCommandName() + ": " + thrown.getMessage());
    UnmatchedArgumentException.printSuggestions(thrown, terminal.err());
    terminal.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.WRONG_CONFIG.code();
  }

  @Override
  public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
    if (command.getParseResult().hasMatchedOption("--json")) {
      String name = command.getCommandName();
      terminal.out().println(JsonResults.failure(name, inOneLine(thrown)));
    }
    if (thrown instanceof SpecException wrong) {
      wrong.problems().forEach(problem -> terminal.err().println(problem));
      return ExitCode.WRONG_CONFIG.code();
    }
    terminal.err().println("backhaul: " + reason(thrown));
    if (usersToChange(thrown)) {
      return ExitCode.WRONG_CONFIG.code();
    }
    if (Logs.verbose()) {
      thrown.printStackTrace(terminal.err());
    } else {
      terminal.err().println("Run it again with -v to see where it comes from.");
    }
    return ExitCode.FAILED.code();
  }

  /** The innermost message that says something, in one line. */
  static String reason(Throwable thrown) {
    if (thrown instanceof UnwritableLedgerException) {
      return thrown.getMessage();
    }
    String reason = thrown.getClass().getSimpleName();
    Throwable last = null;
    for (Throwable cause = thrown; cause != null && cause != last; cause = cause.getCause()) {
      if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
        String line = cause.getMessage().strip().lines().findFirst().orElseThrow();
        // a message of one word, such as a file or a class, says nothing by itself
        reason = line.contains(" ") ? line : cause.getClass().getSimpleName() + ": " + line;
      }
      last = cause;
    }
    return reason;
  }

  private static String inOneLine(Exception thrown) {
    return thrown instanceof SpecException
        ? String.join("; ", List.of(thrown.getMessage().split("\n")))
        : reason(thrown);
  }

  private static boolean usersToChange(Exception thrown) {
    return thrown instanceof AnalysisException
        || thrown instanceof NewerLedgerException
        || thrown instanceof LedgerQuery.RefusedException
        || thrown instanceof DestinationIds.UnreadableKeyException
        || thrown instanceof ProtectedFields.WrongKeyException
        || thrown instanceof SpeculationException;
  }
}
