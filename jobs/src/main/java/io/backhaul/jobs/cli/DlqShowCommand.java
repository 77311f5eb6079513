/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.jobs.console.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code dlq show}. */
@Command(
    name = "show",
    header = "Shows one dead letter: what was sent, and why it failed.",
    description = {
      "",
      "Personal fields are shown in clear if backhaul.yaml has pii.protect: encrypt and the key"
          + " that pii.key names is at hand; otherwise it is said what is protected.",
      ""
    },
    footer = {"Example:", "  backhaul dlq show 3f0c9a1be2d45678"})
final class DlqShowCommand implements Callable<Integer> {

  @ParentCommand private DlqCommand dlq;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "LETTER", description = "Its id, from dlq list.")
  private String letterId;

  @Override
  public Integer call() {
    Terminal terminal = dlq.backhaul().terminal();
    try (Operations operations = dlq.backhaul().operations(json.chosen())) {
      Optional<ObjectNode> letter = operations.letter(letterId);
      if (letter.isEmpty()) {
        terminal.err().println("backhaul: there is no dead letter " + letterId + "; see dlq list");
        return ExitCode.WRONG_CONFIG.code();
      }
      terminal
          .out()
          .println(json.chosen() ? letter.get().toString() : TextResults.letter(letter.get()));
      return ExitCode.DONE.code();
    }
  }
}
