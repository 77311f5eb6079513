/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.Workspace;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A process that runs one sync, for a test to kill. Arguments: the home folder of a SyncBed. Exit
 * code 0 if it succeeded or ended in part, 1 otherwise.
 */
final class KilledSync {

  private KilledSync() {}

  public static void main(String[] args) {
    Path home = Path.of(args[0]);
    Ledger ledger =
        new Ledger(
            SparkSessions.shared(), new LedgerRoot.ByPath(home.resolve("ledger").toString()));
    Map<String, String> secrets = new HashMap<>(System.getenv());
    secrets.putIfAbsent("ACME_TOKEN", SyncBed.TOKEN);
    Workspace workspace =
        Workspace.forSync(home.resolve("conf"), Secrets.of(secrets), "acme/contacts");
    RunReport report =
        new SyncRun(
                ledger,
                workspace.sync("acme/contacts"),
                RunOptions.DEFAULT,
                FileClock.of(home),
                RunObserver.NONE,
                workspace.pii())
            .run();
    System.err.println(report);
    if (report.error() != null) {
      System.err.println(report.error());
    }
    boolean ran = report.status() == RunStatus.SUCCEEDED || report.status() == RunStatus.PARTIAL;
    System.exit(ran ? 0 : 1);
  }
}
