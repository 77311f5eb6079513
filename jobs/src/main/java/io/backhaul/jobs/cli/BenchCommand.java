/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.bench.BenchName;
import io.backhaul.jobs.bench.BenchOptions;
import io.backhaul.jobs.bench.BenchResult;
import io.backhaul.jobs.console.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code bench}. */
@Command(
    name = "bench",
    header = "Measures Backhaul beside what one would use in its place, on this machine.",
    description = {
      "",
      "All contenders work on the same made-up tables in the same process, in turns, after a round"
          + " that does not count. Their answers are compared before any time is given out. What a"
          + " figure is worth shows in the ratios, which one run gives; machines are noisy.",
      "",
      "NAME is one of:",
      "  diff     finding what changed, beside plain Spark, Delta MERGE and DuckDB",
      "  deliver  sending, beside a bare HTTP loop and a one-at-a-time loop",
      "  first    the first sync of a table, all five steps",
      "  nightly  a sync of a table with a few changes, all five steps",
      "  steady   a sync of a table in which nothing changed",
      "  small    200 syncs of small tables, one after another",
      "  scale    a diff of 1, 3, 10 and 30 times the rows",
      "  pushdown what PostgreSQL sends, with hash pushdown and without",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  backhaul bench diff --rows 1000000 --changed 0.1",
      "  backhaul bench deliver --latency 0 --rounds 3",
      "  backhaul bench first --json"
    })
final class BenchCommand implements Callable<Integer> {

  @ParentCommand private Backhaul backhaul;
  @Spec private CommandSpec command;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "NAME", description = "What to measure.")
  private BenchName name;

  @Option(
      names = "--rows",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Rows of the table (default: 5 million, or what the benchmark is about).")
  private Long rows;

  @Option(
      names = "--changed",
      paramLabel = "P",
      defaultValue = "1",
      description = "Percent of them that changed (default: ${DEFAULT-VALUE}).")
  private double changed;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Timed rounds (default: 5; 1 for small and scale).")
  private Long rounds;

  @Option(
      names = "--latency",
      paramLabel = "MS",
      split = ",",
      defaultValue = "0,50,200",
      description = "Of deliver: how long the destination takes to answer (default: 0,50,200).")
  private List<Integer> latencies;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "128",
      converter = AtLeastOne.class,
      description = "Connections that the destination allows (default: ${DEFAULT-VALUE}).")
  private Long connections;

  @Option(
      names = "--syncs",
      paramLabel = "N",
      defaultValue = "200",
      converter = AtLeastOne.class,
      description = "Of small: syncs one after another (default: ${DEFAULT-VALUE}).")
  private Long syncs;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "bench",
      description = "Where its tables are kept for the next time (default: bench).")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    Terminal terminal = backhaul.terminal();
    try (Operations operations = backhaul.operations(json.chosen())) {
      BenchResult result = operations.bench(options(), terminal.err()::println);
      terminal
          .out()
          .println(
              json.chosen() ? JsonResults.of(result) : TextResults.of(result, terminal.columns()));
      return ExitCode.DONE.code();
    }
  }

  private BenchOptions options() {
    try {
      return new BenchOptions(
          name,
          rows == null ? name.usualRows() : rows,
          changed,
          rounds == null ? name.usualRounds() : rounds.intValue(),
          folder,
          connections.intValue(),
          latencies,
          syncs.intValue());
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
