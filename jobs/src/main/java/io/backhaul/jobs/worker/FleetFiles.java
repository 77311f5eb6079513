/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.SpecException;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.spec.Workspace;
import java.nio.file.Path;

/**
 * The configuration of a fleet, read again when a file of it has changed. Where the ledger is
 * counts as it was at the beginning. Thread-safe.
 */
public final class FleetFiles {

  private final Path conf;
  private final Secrets secrets;
  private Object stamp;
  private Workspace.Usable usable;

  /**
   * Reads the files.
   *
   * @param conf the folder with {@code backhaul.yaml}
   * @throws SpecException with the problems of {@code backhaul.yaml}
   */
  public FleetFiles(Path conf, Secrets secrets) {
    this.conf = conf;
    this.secrets = secrets;
    this.stamp = Workspace.stamp(conf);
    this.usable = Workspace.usable(conf, secrets);
  }

  /** The files as they were when somebody last looked; the same object until one has changed. */
  public synchronized Workspace.Usable now() {
    return usable;
  }

  /** Reads all files again if one has changed. A {@code backhaul.yaml} that is wrong is said. */
  synchronized void look() {
    Object seen = Workspace.stamp(conf);
    if (seen.equals(stamp)) {
      return;
    }
    stamp = seen;
    try {
      usable = Workspace.usable(conf, secrets);
    } catch (SpecException e) {
      usable = new Workspace.Usable(usable.workspace(), e.problems());
    }
  }

  /** A sync as its files are at this moment, with what {@code backhaul.yaml} says. */
  record Current(SyncSpec spec, Workspace workspace) {}

  /**
   * Reads the files of one sync, as each run does when it begins: what dbt said of its last run,
   * and a key that was exchanged, count from then on.
   *
   * @throws SpecException with their problems
   */
  Current read(String sync) {
    Workspace workspace = Workspace.forSync(conf, secrets, sync);
    return new Current(workspace.sync(sync), workspace);
  }
}
