/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.diff.platform.Sequences;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.session.LocalSession;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.Workspace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.immutable.Map$;

/**
 * An application that runs several syncs at once. Arguments: the home folder of a SyncBed, how many
 * executors come after delivery has begun, and the syncs. What Spark's Prometheus servlet says at
 * the end goes to a file. Exit code 0 if all succeeded or ended in part.
 */
final class SeveralSyncs {

  /** A file in the home folder. */
  static final String METRICS = "metrics.txt";

  private static final Logger LOG = LoggerFactory.getLogger(SeveralSyncs.class);

  private SeveralSyncs() {}

  public static void main(String[] args) {
    boolean ran = false;
    try {
      Path home = Path.of(args[0]);
      ran = run(home, Integer.parseInt(args[1]), Stream.of(args).skip(2).toList());
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      LOG.error("the runs failed", e);
    } finally {
      System.exit(ran ? 0 : 1); // threads of Spark would keep the process
    }
  }

  private static boolean run(Path home, int late, List<String> syncs) throws Exception {
    SparkSession spark = LocalSession.open();
    SparkContext context = spark.sparkContext();
    context.setLogLevel("WARN");
    if (late > 0) {
      awaitExecutors(context, late + 1);
      List<String> ids = Sequences.list(context.getExecutorIds());
      context.killExecutors(Sequences.of(ids.subList(0, late)));
      awaitExecutors(context, 1);
    }
    CountDownLatch delivering = new CountDownLatch(syncs.size());
    List<CompletableFuture<RunReport>> runs =
        syncs.stream()
            .map(sync -> CompletableFuture.supplyAsync(() -> run(spark, home, sync, delivering)))
            .toList();
    if (late > 0) {
      delivering.await();
      LockSupport.parkNanos(1_000_000_000); // what DELIVER counts is counted by then
      context.requestTotalExecutors(late + 1, 0, Map$.MODULE$.empty());
    }
    boolean all = true;
    for (CompletableFuture<RunReport> run : runs) {
      RunReport report = run.join();
      System.out.println(report.status() + " " + report.counts() + " " + report.seconds());
      all &= report.status() == RunStatus.SUCCEEDED || report.status() == RunStatus.PARTIAL;
    }
    if (context.uiWebUrl().isDefined()) {
      Files.writeString(home.resolve(METRICS), metrics(context.uiWebUrl().get()));
    }
    return all;
  }

  private static void awaitExecutors(SparkContext context, int number) {
    while (context.statusTracker().getExecutorInfos().length - 1 != number) {
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static RunReport run(
      SparkSession spark, Path home, String sync, CountDownLatch delivering) {
    RunObserver observer =
        new RunObserver() {
          @Override
          public void step(String run, Step step, long total) {
            if (step == Step.DELIVER) {
              delivering.countDown();
            }
          }

          @Override
          public void delivered(Delivered soFar) {}
        };
    return new SyncRun(
            new Ledger(spark, new LedgerRoot.ByPath(home.resolve("ledger").toString())),
            Workspace.forSync(
                    home.resolve("conf"), Secrets.of(Map.of("ACME_TOKEN", SyncBed.TOKEN)), sync)
                .sync(sync),
            RunOptions.DEFAULT,
            FileClock.of(home),
            observer,
            null)
        .run();
  }

  private static String metrics(String ui) throws IOException, InterruptedException {
    URI page = URI.create(ui + "/metrics/prometheus/");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
