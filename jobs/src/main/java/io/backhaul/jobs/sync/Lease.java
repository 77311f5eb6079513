/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.diff.state.Conflicts;
import io.backhaul.jobs.ledger.LeaseBeat;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to deliver one sync, for 60 seconds at a time, renewed every 20 while it is held. Taken
 * by compare-and-set in {@code leases}: the row's revision is the transaction version of the commit
 * that wrote it, and Delta takes each version once. Renewed through {@link LeaseBeat}. Every holder
 * has a higher epoch than the one before; settlement carries it, so that a holder that lost its
 * lease without knowing settles nothing.
 *
 * <p>Clocks of the machines that run one sync must agree within five seconds: a holder counts its
 * lease as lost five seconds before the others do.
 */
final class Lease implements AutoCloseable {

  /** By how much clocks of different machines may disagree. */
  static final Duration CLOCK_MARGIN = Duration.ofSeconds(5);

  private static final int MOST_TRIES = 20;
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  private final Ledger ledger;
  private final Clock clock;
  private final String tenant;
  private final String sync;
  private final String runId;
  private final long epoch;
  private final Instant acquiredAt;
  private final Terms terms;
  private final LeaseBeat beat;
  private final ScheduledExecutorService heartbeat;
  private final long revision;

  /** The version of {@code leases} that this holder's row is in. */
  private volatile long writtenIn;

  private long renewals;
  private Instant expiresAt;
  private boolean lost;
  private long fences;
  private Runnable onLoss = () -> {};

  private Lease(
      Ledger ledger,
      Clock clock,
      String tenant,
      String sync,
      String runId,
      long epoch,
      long revision,
      Instant acquiredAt,
      Terms terms) {
    this.ledger = ledger;
    this.clock = clock;
    this.tenant = tenant;
    this.sync = sync;
    this.runId = runId;
    this.epoch = epoch;
    this.revision = revision;
    this.acquiredAt = acquiredAt;
    this.terms = terms;
    this.expiresAt = acquiredAt.plus(terms.length());
    this.beat = LeaseBeat.of(ledger.root(), tenant, sync, epoch);
    this.heartbeat =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "backhaul-lease-" + tenant + "-" + sync);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * How long a lease is.
   *
   * @param length without a renewal
   * @param renewal time between two renewals
   */
  record Terms(Duration length, Duration renewal) {
    static final Terms STANDARD = new Terms(Duration.ofSeconds(60), Duration.ofSeconds(20));
  }

  /** Who holds a lease, and until when. */
  record Holder(String runId, Instant expiresAt) {}

  /** The lease, or who has it. */
  record Attempt(Optional<Lease> lease, Holder holder) {}

  /** Takes the lease if nobody holds it. */
  static Attempt acquire(Ledger ledger, Clock clock, String tenant, String sync, String runId) {
    return acquire(ledger, clock, tenant, sync, runId, Terms.STANDARD);
  }

  static Attempt acquire(
      Ledger ledger, Clock clock, String tenant, String sync, String runId, Terms terms) {
    // Who lost a race may have lost it to another sync, or to whoever made the table.
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Attempt attempt = attempt(ledger, clock, tenant, sync, runId, terms);
      if (attempt.lease().isPresent() || attempt.holder() != null) {
        return attempt;
      }
    }
    throw new IllegalStateException(
        "the lease of "
            + tenant
            + "/"
            + sync
            + " cannot be taken: its row in leases is older than the table's log says; was it"
            + " edited by hand? Remove the table leases while no run is under way");
  }

  /** One try; neither a lease nor a holder if another writer came in between. */
  private static Attempt attempt(
      Ledger ledger, Clock clock, String tenant, String sync, String runId, Terms terms) {
    Instant now = clock.instant();
    Row current = current(ledger, tenant, sync);
    if (current != null) {
      Holder holder = holder(ledger, current);
      if (current.<Boolean>getAs("held") && now.isBefore(holder.expiresAt())) {
        return new Attempt(Optional.empty(), holder);
      }
    }
    long epoch = current == null ? 1 : current.<Long>getAs("epoch") + 1;
    long revision = current == null ? 1 : current.<Long>getAs("revision") + 1;
    Lease lease = new Lease(ledger, clock, tenant, sync, runId, epoch, revision, now, terms);
    if (!lease.write(true, now.plus(terms.length()), revision)) {
      lease.heartbeat.shutdownNow();
      return new Attempt(Optional.empty(), null);
    }
    if (current != null) {
      before(ledger, current).remove(ledger.hadoop()); // it stops the executors of a dead run, too
    }
    // its time has run since before it was written, which may have taken most of it
    long gone = Duration.between(now, clock.instant()).toMillis();
    long millis = terms.renewal().toMillis();
    var unused =
        lease.heartbeat.scheduleWithFixedDelay(
            lease::renew, Math.max(0, millis - gone), millis, TimeUnit.MILLISECONDS);
    return new Attempt(Optional.of(lease), null);
  }

  /** What {@link #acquire} hands to settlement to refuse those that came before. */
  long epoch() {
    return epoch;
  }

  /** A number for one settlement under this lease, higher than all before it. */
  synchronized long nextFence() {
    return epoch * 1_000_000 + fences++;
  }

  /** What to do, once, when the lease turns out to be lost. */
  synchronized void onLoss(Runnable action) {
    onLoss = action;
  }

  /** Where executors see that the lease goes on. */
  LeaseBeat beat() {
    return beat;
  }

  /** Until when it is held, unless it is renewed. */
  synchronized Instant heldUntil() {
    return expiresAt;
  }

  /**
   * Makes sure the lease is still held; to be called before anything that only its holder may do.
   *
   * @throws LeaseLostException if it is not
   */
  synchronized void check() {
    if (lost || !clock.instant().plus(CLOCK_MARGIN).isBefore(expiresAt)) {
      lost = true;
      throw new LeaseLostException(tenant, sync, runId);
    }
  }

  /**
   * As {@link #check}, and asks the table too: clocks may disagree by more than we think.
   *
   * @throws LeaseLostException if the lease is not held
   */
  void confirm() {
    check();
    if (ledger.untouchedSince(LedgerTable.LEASES, writtenIn, place())) {
      return;
    }
    Row current = current(ledger, tenant, sync);
    if (current == null || current.<Long>getAs("epoch") != epoch) {
      synchronized (this) {
        lost = true;
      }
      throw new LeaseLostException(tenant, sync, runId);
    }
  }

  private synchronized void renew() {
    if (lost) {
      return;
    }
    Instant now = clock.instant();
    if (!now.plus(CLOCK_MARGIN).isBefore(expiresAt)) {
      lost = true;
      onLoss.run();
      return;
    }
    try {
      Instant until = now.plus(terms.length());
      beat.write(ledger.hadoop(), renewals++, until);
      expiresAt = until;
    } catch (RuntimeException | OutOfMemoryError e) { // any other Error ends the renewals
      LOG.warn("the lease of {}/{} could not be renewed; trying again", tenant, sync, e);
    }
  }

  /**
   * Lets the lease run out by itself instead of giving it back: something may still be sending
   * under it, and stops when it has run out.
   */
  synchronized void abandon() {
    heartbeat.shutdown();
    lost = true;
  }

  /** Gives the lease back, so that the next run need not wait for it to run out. */
  @Override
  public void close() {
    heartbeat.shutdown();
    synchronized (this) {
      if (!lost) {
        try {
          if (!write(false, clock.instant(), revision + 1)) {
            LOG.warn("run {} had lost the lease of {}/{}", runId, tenant, sync);
          }
        } catch (RuntimeException e) {
          LOG.warn("the lease of {}/{} was not given back; it runs out by itself", tenant, sync, e);
        }
        lost = true;
        beat.remove(ledger.hadoop());
      }
    }
  }

  /** Writes the row, unless another run took the revision first. */
  private boolean write(boolean held, Instant until, long asRevision) {
    Row row =
        RowFactory.create(
            tenant,
            sync,
            runId,
            epoch,
            asRevision,
            held,
            Timestamp.from(acquiredAt),
            Timestamp.from(until));
    try {
      OptionalLong version =
          ledger.replace(
              LedgerTable.LEASES,
              place(),
              ledger.frame(LedgerTable.LEASES, List.of(row)),
              asRevision,
              runId);
      writtenIn = version.orElse(writtenIn);
      return version.isPresent();
    } catch (RuntimeException e) {
      if (!Conflicts.isConflict(e)) {
        throw e;
      }
      return false;
    }
  }

  private Map<String, String> place() {
    return Map.of("tenant", tenant, "sync", sync);
  }

  private static Row current(Ledger ledger, String tenant, String sync) {
    List<Row> rows = ledger.rows(LedgerTable.LEASES, tenant, sync).collectAsList();
    return rows.isEmpty() ? null : rows.get(0);
  }

  private static LeaseBeat before(Ledger ledger, Row lease) {
    return LeaseBeat.of(
        ledger.root(), lease.getAs("tenant"), lease.getAs("sync"), lease.<Long>getAs("epoch"));
  }

  private static Holder holder(Ledger ledger, Row lease) {
    Instant taken = lease.<Timestamp>getAs("expires_at").toInstant();
    Instant renewed = before(ledger, lease).heldUntil(ledger.hadoop());
    return new Holder(lease.getAs("run_id"), renewed.isAfter(taken) ? renewed : taken);
  }
}
