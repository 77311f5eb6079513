/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.jobs.console.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code dlq list}. */
@Command(
    name = "list",
    header = "Lists dead letters, the newest first.",
    description = "",
    footer = {
      "",
      "Examples:",
      "  backhaul dlq list acme/contacts",
      "  backhaul dlq list --status any --limit 1000 --json"
    })
final class DlqListCommand implements Callable<Integer> {

  /** What {@code --status} takes. */
  enum Status {
    open,
    requeued,
    resolved,
    discarded,
    any
  }

  @ParentCommand private DlqCommand dlq;
  @Mixin private JsonOption json;
  @Mixin private LetterFilter which;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      defaultValue = "open",
      description = "One of ${COMPLETION-CANDIDATES} (default: open).")
  private Status status;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most so many (default: 50).")
  private int limit;

  @Override
  public Integer call() {
    Terminal terminal = dlq.backhaul().terminal();
    try (Operations operations = dlq.backhaul().operations(json.chosen())) {
      List<ObjectNode> letters =
          operations.letters(which.filter(), status == Status.any ? null : status.name(), limit);
      terminal
          .out()
          .println(
              json.chosen()
                  ? JsonResults.array(letters)
                  : TextResults.letters(letters, limit, terminal.columns()));
      return ExitCode.DONE.code();
    }
  }
}
