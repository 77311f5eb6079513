/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code dlq retry}. */
@Command(
    name = "retry",
    header = "Lets the next run send records again although nothing about them changed.",
    description = "",
    footer = {
      "",
      "Examples:",
      "  backhaul dlq retry acme/contacts",
      "  backhaul dlq retry --id 3f0c9a1be2d45678",
      "  backhaul dlq retry --all"
    })
final class DlqRetryCommand implements Callable<Integer> {

  @ParentCommand private DlqCommand dlq;
  @Mixin private JsonOption json;
  @Mixin private LetterChoice which;

  @Override
  public Integer call() {
    try (Operations operations = dlq.backhaul().operations(json.chosen())) {
      long letters = operations.retry(which.filter());
      dlq.backhaul()
          .terminal()
          .out()
          .println(
              json.chosen()
                  ? JsonResults.letters(letters)
                  : "%,d letters requeued; the next run of their sync sends them again"
                      .formatted(letters));
      return ExitCode.DONE.code();
    }
  }
}
