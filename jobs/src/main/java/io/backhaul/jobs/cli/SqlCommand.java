/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.console.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sql}. */
@Command(
    name = "sql",
    header = "Asks the ledger, in Spark SQL.",
    description = {
      "",
      "Tables: runs, deliveries, dead_letters, freshness, field_failures, circuits, watermarks,"
          + " leases, outbox (of all syncs), and state_TENANT_SYNC of each sync. DESCRIBE a table"
          + " to see what its columns mean. Statements that change something are refused.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul sql \"SELECT sync, status, applied FROM runs ORDER BY run_id DESC\"",
      "  backhaul sql \"SELECT field, code, sum(failures) FROM field_failures GROUP BY ALL\"",
      "  backhaul sql \"DESCRIBE deliveries\" --json"
    })
final class SqlCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Mixin private JsonOption json;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "200",
      description = "Rows to show (default: 200); with --json all are printed.")
  private int rows;

  @Parameters(paramLabel = "SQL", description = "One statement.")
  private String statement;

  @Override
  public Integer call() {
    Terminal terminal = backhaul.terminal();
    try (Operations operations = backhaul.operations(json.chosen())) {
      Operations.Answer answer = operations.sql(statement, json.chosen() ? null : rows);
      terminal
          .out()
          .println(
              json.chosen()
                  ? JsonResults.array(answer.rows())
                  : TextResults.of(answer, terminal.columns()));
      return ExitCode.DONE.code();
    }
  }
}
