/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.session.LocalSession;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.spec.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver of a {@link LoopbackCluster}. Arguments: the home folder of a SyncBed, and how to
 * deliver. Exit code 0 if it succeeded or ended in part, 1 otherwise.
 */
final class ClusterSync {

  /** How to deliver. */
  enum Way {
    /** A whole run. */
    SYNC,
    /**
     * A whole run in a session whose speculation is turned on by somebody after the run has looked.
     */
    SYNC_THAT_SEES_NO_SPECULATION,
    /** {@link NaiveLoop}. */
    NAIVELY
  }

  /** A file in the home folder that says that DELIVER is over. */
  static final String SETTLING = "settling";

  private static final Logger LOG = LoggerFactory.getLogger(ClusterSync.class);

  private static final String SPECULATION = "spark.speculation";

  private ClusterSync() {}

  public static void main(String[] args) {
    boolean ran = false;
    try {
      ran = run(Path.of(args[0]), Way.valueOf(args[1]));
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      LOG.error("the run failed", e);
    } finally {
      System.exit(ran ? 0 : 1); // threads of Spark would keep the process
    }
  }

  private static boolean run(Path home, Way way) {
    SparkSession spark = LocalSession.open();
    spark.sparkContext().setLogLevel("WARN");
    spark.sparkContext().addSparkListener(new TaskAttempts());
    SyncSpec spec =
        Workspace.forSync(
                home.resolve("conf"),
                Secrets.of(Map.of("ACME_TOKEN", SyncBed.TOKEN)),
                "acme/contacts")
            .sync("acme/contacts");
    return switch (way) {
      case SYNC -> sync(spark, home, spec, live(spark).get(SPECULATION));
      case SYNC_THAT_SEES_NO_SPECULATION -> {
        live(spark).set(SPECULATION, "false");
        yield sync(spark, home, spec, "true");
      }
      case NAIVELY -> {
        NaiveLoop.over(spark, home, spec);
        yield true;
      }
    };
  }

  /** The settings that Spark itself looks at, and not a copy. */
  private static SparkConf live(SparkSession spark) {
    return spark.sparkContext().conf();
  }

  private static boolean sync(SparkSession spark, Path home, SyncSpec spec, String speculation) {
    Ledger ledger = new Ledger(spark, new LedgerRoot.ByPath(home.resolve("ledger").toString()));
    RunObserver observer =
        new RunObserver() {
          @Override
          public void step(String run, Step step, long total) {
            if (step == Step.DELIVER) {
              live(spark).set(SPECULATION, speculation);
            } else if (step == Step.SETTLE) {
              live(spark).set(SPECULATION, "false");
              touch(home.resolve(SETTLING));
            }
          }

          @Override
          public void delivered(Delivered soFar) {}
        };
    RunReport report =
        new SyncRun(ledger, spec, RunOptions.DEFAULT, FileClock.of(home), observer, null).run();
    System.out.println(report.status() + " " + report.counts() + " " + report.seconds());
    if (report.error() != null) {
      System.out.println(report.error());
    }
    return report.status() == RunStatus.SUCCEEDED || report.status() == RunStatus.PARTIAL;
  }

  private static void touch(Path file) {
    try {
      Files.writeString(file, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
