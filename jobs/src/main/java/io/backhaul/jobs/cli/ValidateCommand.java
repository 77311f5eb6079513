/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import io.backhaul.jobs.spec.SpecException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code validate}. */
@Command(
    name = "validate",
    header =
        "Checks the configuration; says all that is wrong at once, with file, line and column.",
    description = {
      "",
      "Beside the files, it asks each source for its columns and each destination for its fields."
          + " No row is read and no record is sent.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul validate                 every file in conf/",
      "  backhaul validate acme/contacts   one sync and its destination",
      "  backhaul validate --offline       the files alone",
      "  backhaul validate --live          credentials, too"
    })
final class ValidateCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;

  @Parameters(
      arity = "0..1",
      paramLabel = "SYNC",
      description = "tenant/name, or name where one tenant has it.")
  private String sync;

  @ArgGroup private Reach reach = new Reach();

  /** How far the check goes. */
  private static final class Reach {
    @Option(names = "--offline", description = "Check the files alone.")
    private boolean offline;

    @Option(
        names = "--live",
        description =
            "Ask each destination something harmless, too: whether it takes our credentials, as"
                + " whom it knows us, and how far its clock is from ours.")
    private boolean live;
  }

  @Override
  public Integer call() {
    Terminal terminal = backhaul.terminal();
    try (Operations operations = backhaul.operations(json.chosen())) {
      Operations.Checked checked = operations.validate(sync, asking());
      checked.warnings().forEach(warning -> terminal.err().println("warning: " + warning));
      checked.notes().forEach(note -> terminal.err().println("not checked: " + note));
      terminal.out().println(json.chosen() ? JsonResults.of(checked) : TextResults.of(checked));
      return ExitCode.DONE.code();
    } catch (SpecException e) {
      if (!json.chosen()) {
        throw e;
      }
      terminal.out().println(JsonResults.of(e.problems()));
      return ExitCode.WRONG_CONFIG.code();
    }
  }

  private Operations.Asking asking() {
    if (reach.offline) {
      return Operations.Asking.NOBODY;
    }
    return reach.live ? Operations.Asking.CREDENTIALS : Operations.Asking.SCHEMAS;
  }
}
