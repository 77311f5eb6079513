/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A destination account as a user names it: {@code tenant/name}. */
record AccountName(String tenant, String destination) {

  /**
   * Splits it.
   *
   * @throws CommandLine.ParameterException if it has not two parts
   */
  static AccountName of(String text, CommandSpec command) {
    String[] parts = text.split("/", -1);
    if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new CommandLine.ParameterException(
          command.commandLine(), "'" + text + "' is not a destination as tenant/name");
    }
    return new AccountName(parts[0], parts[1]);
  }
}
