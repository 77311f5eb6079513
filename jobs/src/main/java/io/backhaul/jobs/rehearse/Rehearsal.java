/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.rehearse;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.diff.state.TableRef;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.spec.PiiSpec;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.RunOptions;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.SyncRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One run of a sync against the sandbox of its destination: the same rows, mapping, requests and
 * limits, and nobody is told. It works on a ledger of its own in a temporary folder, which begins
 * with what the real one knows of the sync and is gone afterwards; the real ledger is only read.
 */
public final class Rehearsal {

  private final Ledger ledger;
  private final SyncSpec spec;
  private final RunOptions options;
  private final Clock clock;
  private final RunObserver observer;
  private final PiiSpec pii;

  /**
   * @param ledger the real one
   * @param pii how personal values are kept
   */
  public Rehearsal(
      Ledger ledger,
      SyncSpec spec,
      RunOptions options,
      Clock clock,
      RunObserver observer,
      PiiSpec pii) {
    this.ledger = ledger;
    this.spec = spec;
    this.options = options;
    this.clock = clock;
    this.observer = observer;
    this.pii = pii;
  }

  /**
   * Runs it.
   *
   * @throws DestinationException (refused) if no sandbox speaks for the destination
   */
  public RehearsalReport run() {
    Path folder = temporary();
    try (SandboxServer sandbox = SandboxServer.forRehearsal(clock)) {
      SyncSpec rehearsed = spec.to(redirected(sandbox));
      Ledger own = copied(folder);
      RunReport run = new SyncRun(own, rehearsed, options.rehearsed(), clock, observer, pii).run();
      return new RehearsalReport(run, sandbox.ledger().arrivals(), refusals(own));
    } finally {
      remove(folder);
    }
  }

  /** The destination, with the sandbox's address and without its secrets. */
  private DestinationConfig redirected(SandboxServer sandbox) {
    DestinationConfig real = spec.destination();
    URI url =
        sandbox
            .urlFor(real.type())
            .orElseThrow(
                () ->
                    DestinationException.refused(
                        "NO_SANDBOX",
                        0,
                        "no sandbox speaks for a destination of type "
                            + real.type()
                            + ": plan shows what would be sent"));
    ObjectNode properties = real.properties().deepCopy();
    properties.put("url", url.toString());
    if (properties.has("auth")) {
      properties.putObject("auth").put("type", "bearer").put("token", "rehearsal");
    }
    return new DestinationConfig(real.tenant(), real.name(), real.type(), properties);
  }

  /**
   * A ledger that knows of the sync, and of those whose ids it looks up, what the real one does;
   * its state shares the real one's files.
   */
  private Ledger copied(Path folder) {
    Ledger own = new Ledger(ledger.spark(), new LedgerRoot.ByPath(folder.toString()));
    spec.mapping().lookedUp().forEach(sync -> cloneState(own, sync));
    if (cloneState(own, spec.name())) {
      Dataset<Row> watermarks = ledger.rows(LedgerTable.WATERMARKS, spec.tenant(), spec.name());
      own.append(LedgerTable.WATERMARKS, watermarks, "rehearsal", 1);
    }
    return own;
  }

  /** Whether there is anything to share. */
  private boolean cloneState(Ledger own, String sync) {
    TableRef state = ledger.state(spec.tenant(), sync);
    if (!state.exists(ledger.spark())) {
      return false;
    }
    ledger
        .spark()
        .sql(
            "CREATE TABLE "
                + own.state(spec.tenant(), sync).sql()
                + " SHALLOW CLONE "
                + state.sql());
    return true;
  }

  private static List<RehearsalReport.Refusal> refusals(Ledger own) {
    return own
        .rows(LedgerTable.DEAD_LETTERS)
        .groupBy("stage", "code", "field")
        .agg(count(lit(1)).as("records"), first("message").as("message"))
        .orderBy(col("records").desc(), col("code"))
        .limit(20)
        .collectAsList()
        .stream()
        .map(
            row ->
                new RehearsalReport.Refusal(
                    row.getAs("stage"),
                    row.getAs("code"),
                    row.getAs("field"),
                    row.getAs("message"),
                    row.getAs("records")))
        .toList();
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("backhaul-rehearsal");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder could be made", e);
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " could not be removed; delete it", e);
    }
  }
}
