/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import picocli.CommandLine.Option;

/** {@code --json}, of every command that prints a result. */
final class JsonOption {

  @Option(names = "--json", description = "Print the result as JSON, and nothing else.")
  private boolean json;

  boolean chosen() {
    return json;
  }
}
