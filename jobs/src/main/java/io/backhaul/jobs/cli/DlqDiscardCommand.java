/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code dlq discard}. */
@Command(
    name = "discard",
    header = "Gives records up: they are sent again only when their row changes.",
    description = "",
    footer = {
      "",
      "Examples:",
      "  backhaul dlq discard acme/contacts --code duplicate_key",
      "  backhaul dlq discard --id 3f0c9a1be2d45678"
    })
final class DlqDiscardCommand implements Callable<Integer> {

  @ParentCommand private DlqCommand dlq;
  @Mixin private JsonOption json;
  @Mixin private LetterChoice which;

  @Override
  public Integer call() {
    try (Operations operations = dlq.backhaul().operations(json.chosen())) {
      long letters = operations.discard(which.filter());
      dlq.backhaul()
          .terminal()
          .out()
          .println(
              json.chosen()
                  ? JsonResults.letters(letters)
                  : "%,d letters discarded".formatted(letters));
      return ExitCode.DONE.code();
    }
  }
}
