/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.diff.state.Outbox;
import io.backhaul.jobs.ledger.Ledger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles runs that died. What the destination had acknowledged reaches state before the next plan
 * is made, so that it is not sent again; everything else is found by that plan.
 */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Ledger ledger;
  private final Clock clock;
  private final VendorJobs vendorJobs;

  Recovery(Ledger ledger, Clock clock, VendorJobs vendorJobs) {
    this.ledger = ledger;
    this.clock = clock;
    this.vendorJobs = vendorJobs;
  }

  /**
   * Settles all of them, oldest first; to be called by the holder of the sync's lease.
   *
   * @return how they ended
   */
  List<RunReport> settleDeadRuns(String tenant, String sync, String runId, Lease lease) {
    List<RunReport> settled = new ArrayList<>();
    for (JournalFolder folder :
        JournalFolder.unsettled(ledger.hadoop(), ledger.journals(), tenant, sync)) {
      // Whoever lost its lease before the list was made may see its successor's run in it.
      lease.check();
      LOG.info("{}/{}: settling run {}, which died", tenant, sync, folder.runId());
      RunHeader header = folder.header(ledger.hadoop());
      if (header != null) {
        settled.add(settle(header, folder, lease, runId));
      }
      folder.remove(ledger.hadoop());
    }
    return settled;
  }

  private RunReport settle(RunHeader header, JournalFolder folder, Lease lease, String runId) {
    long begun = System.nanoTime();
    Settlement.Settled settled = Settlement.Settled.NOTHING;
    RunHeader known = header;
    Outbox outbox = new Outbox(ledger.spark(), ledger.outbox(header.tenant(), header.sync()));
    boolean counted = header.counts().planned() + header.counts().invalid() > 0;
    boolean sent = !folder.names(ledger.hadoop(), "p").isEmpty();
    if (counted && (sent || outbox.holds(header.runId()))) {
      if (folder.hasVendorJobs(ledger.hadoop()) && header.partitions() > 0) {
        vendorJobs.resume(header, folder, lease);
        lease.check();
      }
      settled = new Settlement(ledger, clock).settle(header, outbox, folder, lease, "RUN_DIED");
    } else {
      // It died before its plan was counted or stored, and so before anything was sent.
      outbox.discard(header.runId());
      known = header.withCounts(RunHeader.PlannedCounts.NONE);
    }
    Map<String, Double> seconds = new HashMap<>(known.seconds());
    seconds.put(Step.SETTLE.wireName(), (System.nanoTime() - begun) / 1e9);
    RunReport report =
        Runs.report(
            known.withSeconds(seconds),
            settled,
            RunStatus.FAILED,
            clock.instant(),
            "RUN_DIED",
            "its process died; what the destination had acknowledged was settled by run " + runId);
    new Runs(ledger).write(known, report, runId);
    return report;
  }
}
