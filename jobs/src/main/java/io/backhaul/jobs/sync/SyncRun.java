/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.send.CallLimit;
import io.backhaul.destination.send.CircuitReport;
import io.backhaul.diff.change.ChangeSet;
import io.backhaul.diff.change.Counts;
import io.backhaul.diff.change.Cursor;
import io.backhaul.diff.change.GuardViolation;
import io.backhaul.diff.change.Guards;
import io.backhaul.diff.change.Strategy;
import io.backhaul.diff.mapping.MappingException;
import io.backhaul.diff.mapping.Masking;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.state.Outbox;
import io.backhaul.jobs.coordination.Coordination;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.NewerLedgerException;
import io.backhaul.jobs.ledger.UnwritableLedgerException;
import io.backhaul.jobs.spec.PiiSpec;
import io.backhaul.jobs.spec.SpecException;
import io.backhaul.jobs.spec.SyncSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of one sync: READ, DIFF, PLAN, DELIVER, SETTLE, under the sync's lease. Each step ends in
 * something durable, so that a run that dies anywhere is settled by the next one.
 */
public final class SyncRun {

  private static final Logger LOG = LoggerFactory.getLogger(SyncRun.class);

  /** A smaller plan is shuffled in less time than it takes to look for its files. */
  private static final long WORTH_LAYING_OUT = 50_000;

  private final Ledger ledger;
  private final SyncSpec spec;
  private final RunOptions options;
  private final Clock clock;
  private final RunObserver observer;
  private final PiiSpec pii;
  private final Cancellation cancellation;

  /**
   * A run that nobody can cancel but through Spark.
   *
   * @param pii how personal values are kept; {@code null} for {@link PiiSpec#DEFAULT}
   */
  public SyncRun(
      Ledger ledger,
      SyncSpec spec,
      RunOptions options,
      Clock clock,
      RunObserver observer,
      PiiSpec pii) {
    this(ledger, spec, options, clock, observer, pii, new Cancellation());
  }

  /**
   * @param pii how personal values are kept; {@code null} for {@link PiiSpec#DEFAULT}
   * @param cancellation how the caller ends the run early
   */
  public SyncRun(
      Ledger ledger,
      SyncSpec spec,
      RunOptions options,
      Clock clock,
      RunObserver observer,
      PiiSpec pii,
      Cancellation cancellation) {
    this.ledger = ledger;
    this.spec = spec;
    this.options = options;
    this.clock = clock;
    this.observer = observer;
    this.pii = pii == null ? PiiSpec.DEFAULT : pii;
    this.cancellation = cancellation;
  }

  /**
   * Runs the sync once. When it is cancelled, through {@link Cancellation} or by a cancelled Spark
   * job, it ends within seconds with what was acknowledged settled, status {@link
   * RunStatus#PARTIAL} and {@link Cancellation#CODE}.
   *
   * @return how it ended; a failure of the source, the session or the destination is a report with
   *     status {@link RunStatus#FAILED}, not an exception
   * @throws MappingException if the mapping does not fit the source; nothing was read or sent
   * @throws io.backhaul.jobs.spec.SpecException if it does not fit the fields that the destination
   *     has; nothing was sent
   * @throws UnwritableLedgerException if the ledger's storage takes no write; the next run settles
   *     what this one had delivered
   * @throws io.backhaul.jobs.ledger.NewerLedgerException if a newer version wrote the ledger
   * @throws SpeculationException if the session may run a task twice at once
   */
  public RunReport run() {
    SpeculationException.refuse(ledger.spark());
    return writing(this::underLease);
  }

  /** Does what writes to the ledger; says with a remedy what its storage refuses. */
  private <T> T writing(Supplier<T> work) {
    try {
      return work.get();
    } catch (UnwritableLedgerException e) {
      throw e;
    } catch (Exception | FSError e) { // Scala throws checked exceptions where Java expects none
      UnwritableLedgerException.of(e, ledger.root())
          .ifPresent(
              unwritable -> {
                throw unwritable;
              });
      throw e;
    }
  }

  private RunReport underLease() {
    RunBook book = new RunBook(spec, options, clock);
    Lease.Attempt attempt = Lease.acquire(ledger, clock, spec.tenant(), spec.name(), book.runId());
    if (attempt.lease().isEmpty()) {
      return book.skipped(attempt.holder());
    }
    try (Lease lease = attempt.lease().get()) {
      book.leaseEpoch(lease.epoch());
      observer.begun(book.runId(), book.startedAt());
      SparkContext context = ledger.spark().sparkContext();
      String group = "backhaul " + spec.id() + " " + book.runId();
      try (StoppableJobs jobs = new StoppableJobs(context, group, cancellation, lease)) {
        VendorJobs vendorJobs =
            (header, folder, held) ->
                jobs.during(
                    () -> {
                      resume(header, folder, held);
                      return header;
                    });
        new Recovery(ledger, clock, vendorJobs)
            .settleDeadRuns(spec.tenant(), spec.name(), book.runId(), lease)
            .forEach(observer::recovered);
        RunReport report = jobs.during(() -> steps(lease, jobs, book));
        observer.reported(report);
        return report;
      }
    } finally {
      cancellation.release();
      observer.ended();
    }
  }

  /** Asks after vendor jobs of a dead run, where the sync still goes to where they are. */
  private void resume(RunHeader header, JournalFolder folder, Lease lease) {
    if (!header.destination().equals(spec.destination().name())
        || !header.object().equals(spec.object())) {
      LOG.warn("{} goes elsewhere now; vendor jobs of {} end unasked", spec.id(), header.runId());
      return;
    }
    Outbox outbox = new Outbox(ledger.spark(), ledger.outbox(spec.tenant(), spec.name()), clock);
    try {
      cancellation.check();
      new Delivery(ledger, RunObserver.NONE, options, clock, cancellation)
          .resume(spec, outbox, header, folder, lease);
    } catch (TasksStillSendingException e) {
      lease.abandon();
      throw e;
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      LOG.warn("{}: vendor jobs of {} end unasked", spec.id(), header.runId(), told(e));
    }
  }

  private RunReport steps(Lease lease, StoppableJobs jobs, RunBook book) {
    Masking masking = PseudonymKey.masking(ledger, spec, pii, book.runId());
    Planning planning =
        new Planning(ledger, spec, options, ledger.digests(spec.tenant(), spec.name()), masking);
    Outbox outbox = new Outbox(ledger.spark(), ledger.outbox(spec.tenant(), spec.name()), clock);
    JournalFolder folder =
        JournalFolder.of(ledger.journals(), spec.tenant(), spec.name(), book.runId());
    ReadLimit limit = ReadLimit.begin(spec.readTimeout(), cancellation);
    try {
      hearUpstream();
      if (!planned(planning, outbox, folder, book)) {
        return book.written(ledger, unchanged(planning, lease, book));
      }
    } catch (GuardsException e) {
      return book.written(ledger, book.stopped(e.getMessage()));
    } catch (MappingException | SpecException | LeaseLostException | NewerLedgerException e) {
      throw e;
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      jobs.end(); // what takes the plan back is not to be stopped
      return unsent(e, limit, lease, outbox, folder, book);
    } finally {
      limit.close();
    }
    KillPoint.PLAN_WRITTEN.pass();
    Delivery.Ended ended = deliver(lease, jobs, outbox, folder, masking, book);
    cancellation.release();
    jobs.end(); // what is acknowledged is settled, come what may
    begin(Step.SETTLE, -1);
    Settlement.Settled settled =
        book.time(
            Step.SETTLE,
            () ->
                new Settlement(ledger, clock)
                    .settle(book.header(), outbox, folder, lease, ended.deferredCode()));
    RunReport report = book.written(ledger, book.ended(settled, ended));
    folder.remove(ledger.hadoop());
    KillPoint.JOURNAL_REMOVED.pass();
    return report;
  }

  /**
   * READ, DIFF and PLAN; afterwards nothing is held of the source.
   *
   * @return whether there is anything to deliver or to settle
   */
  private boolean planned(Planning planning, Outbox outbox, JournalFolder folder, RunBook book) {
    begin(Step.READ, -1);
    try (Snapshot snapshot = book.time(Step.READ, planning::read)) {
      book.read(snapshot, planning.mapping(), ledger);
      observer.pinned(snapshot, planning.mapping());
      begin(Step.DIFF, -1);
      try (ChangeSet changes = book.time(Step.DIFF, () -> compared(planning, snapshot))) {
        return writing(() -> plan(changes, outbox, folder, planning, book));
      }
    }
  }

  /**
   * The end of a run that sent nothing: its plan, if there is one, is taken back.
   *
   * @throws LeaseLostException if that is why it failed; its successor takes the plan back
   */
  private RunReport unsent(
      Exception e,
      ReadLimit limit,
      Lease lease,
      Outbox outbox,
      JournalFolder folder,
      RunBook book) {
    lease.check();
    try {
      if (folder.header(ledger.hadoop()) != null) {
        outbox.discard(book.runId());
        folder.remove(ledger.hadoop());
      }
    } catch (Exception again) {
      LOG.warn("{}: the next run takes back the plan of {}", spec.id(), book.runId(), again);
    }
    if (limit.passed()) {
      LOG.error("{}: {}", spec.id(), limit);
      return book.written(ledger, book.failed(Settlement.Settled.NOTHING, null, limit.toString()));
    }
    if (cancelled(e)) {
      LOG.info("{} was cancelled by {}", spec.id(), cancellation.reason());
      return book.written(ledger, book.cancelled(cancellation.reason()));
    }
    Throwable told = told(e);
    LOG.error("{} failed before anything was sent", spec.id(), told);
    String why = e instanceof UnwritableLedgerException ? e.getMessage() : Causes.text(told);
    return book.written(ledger, book.failed(Settlement.Settled.NOTHING, null, why));
  }

  /** The failure as it may be logged and stored. */
  private Throwable told(Exception e) {
    return spec.mapping().pii().isEmpty() ? e : Causes.withoutValues(e);
  }

  /** Whether the run ends by somebody's wish; one that was told to Spark alone is noted here. */
  private boolean cancelled(Exception e) {
    if (!cancellation.requested() && Causes.sparkCancelled(e)) {
      cancellation.request("a cancelled Spark job");
    }
    return cancellation.requested();
  }

  private ChangeSet compared(Planning planning, Snapshot snapshot) {
    ChangeSet changes = planning.diff(snapshot);
    if (!changes.storeFirst()) {
      changes.counts(); // the comparison runs here and not inside PLAN, where its time would be
    }
    return changes;
  }

  /** Whoever makes the source may know that its rows are not to be taken. */
  private void hearUpstream() {
    spec.upstream().warnings().forEach(warning -> LOG.warn("{}: {}", spec.id(), warning));
    if (!spec.upstream().failures().isEmpty()) {
      throw new GuardsException(String.join("; ", spec.upstream().failures()));
    }
  }

  /** A sandbox does not know what fields an account has of its own. */
  private void checkFields() {
    if (!options.rehearses()) {
      FieldCheck.check(spec);
    }
  }

  private boolean plan(
      ChangeSet changes, Outbox outbox, JournalFolder folder, Planning planning, RunBook book) {
    begin(Step.PLAN, -1);
    return book.time(
        Step.PLAN,
        () -> {
          book.compared(changes, planning.letters());
          boolean storedFirst = changes.storeFirst();
          if (storedFirst) {
            checkFields();
            folder.begin(ledger.hadoop(), book.header());
            outbox.layOut(Delivery.partitions(ledger.spark(), spec, Integer.MAX_VALUE));
            book.counted(changes.store(outbox, book.runId()));
          } else {
            book.counted(changes.counts());
          }
          Optional<String> violations = violations(changes, book.counts());
          if (violations.isPresent() || book.counts().nothingToDo()) {
            if (storedFirst) {
              outbox.discard(book.runId());
              folder.remove(ledger.hadoop());
            }
            violations.ifPresent(
                text -> {
                  throw new GuardsException(text);
                });
            changes.learn();
            return false;
          }
          if (!storedFirst) {
            checkFields();
          }
          book.newKeyBasis(planning.watermark());
          book.delivery(
              planning.letters(),
              Delivery.partitions(ledger.spark(), spec, book.counts().plannedTotal()));
          folder.begin(ledger.hadoop(), book.header());
          if (!storedFirst) {
            if (book.counts().plannedTotal() >= WORTH_LAYING_OUT) {
              outbox.layOut(book.header().partitions());
            }
            changes.store(outbox, book.runId());
          }
          changes.learn();
          return true;
        });
  }

  private Optional<String> violations(ChangeSet changes, Counts counts) {
    List<GuardViolation> violations =
        Guards.check(spec.guards(), spec.mode(), counts, changes.firstSync(), options.accepted());
    if (violations.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        violations.stream().map(GuardViolation::message).collect(Collectors.joining("; ")));
  }

  private Delivery.Ended deliver(
      Lease lease,
      StoppableJobs jobs,
      Outbox outbox,
      JournalFolder folder,
      Masking masking,
      RunBook book) {
    RunHeader header = book.header();
    if (header.counts().ready() == 0) {
      return new Delivery.Ended(null, null, null);
    }
    begin(Step.DELIVER, header.counts().ready());
    Circuits circuits = new Circuits(ledger, clock);
    return book.time(
        Step.DELIVER,
        () -> {
          lease.check();
          CircuitNews news = news(circuits);
          CircuitReport before = news.open();
          Instant patient = clock.instant().plus(options.patience());
          if (before != null && before.openUntil() != null && before.openUntil().isAfter(patient)) {
            return new Delivery.Ended("CIRCUIT_OPEN", null, before);
          }
          Optional<CallAllowance> allowance = CallAllowance.of(ledger, spec, clock);
          CallAllowance.SetAside calls = CallAllowance.UNBOUNDED;
          Delivery.Ended ended;
          try {
            cancellation.check();
            if (allowance.isPresent()) {
              calls = allowance.get().setAside(header.runId(), Delivery.calls(spec, header));
            }
            if (calls.calls() == 0) {
              return new Delivery.Ended(CallLimit.SPENT, null, before);
            }
            ended =
                new Delivery(ledger, observer, options, clock, cancellation)
                    .deliver(spec, outbox, header, folder, masking, news, lease, calls.calls());
          } catch (TasksStillSendingException e) {
            lease.abandon();
            throw e;
          } catch (Exception e) {
            if (cancelled(e)) {
              return new Delivery.Ended(Cancellation.CODE, null, null);
            }
            Throwable told = told(e);
            LOG.error("{} failed during delivery", spec.id(), told);
            return new Delivery.Ended("JOB_FAILED", Causes.text(told), null);
          }
          jobs.end();
          circuits.note(header, before, ended.circuit());
          if (allowance.isPresent() && ended.calls() != Delivery.UNCOUNTED) {
            allowance.get().account(calls, ended.calls());
          }
          return ended;
        });
  }

  /** As the table has it, or as other syncs of this application have it, who may know more. */
  private CircuitNews news(Circuits circuits) {
    String destination = spec.destination().name();
    CircuitReport stored = circuits.open(spec.tenant(), destination);
    if (stored != null) {
      return new CircuitNews(stored, null);
    }
    String account = spec.tenant() + "/" + destination;
    Instant closedAt = circuits.closedAt(spec.tenant(), destination);
    if (closedAt != null) {
      Coordination.lift(account, closedAt);
    }
    return new CircuitNews(
        Coordination.circuit(account).filter(one -> one.state().equals("open")).orElse(null),
        closedAt);
  }

  /** Nothing to do: a cursor that fell far behind is moved, or the next run would read too much. */
  private RunReport unchanged(Planning planning, Lease lease, RunBook book) {
    RunHeader header = book.header();
    if (header.settlesCursor() && Cursor.kind(Strategy.CHANGE_FEED).equals(header.cursorKind())) {
      new Settlement(ledger, clock).settleUnchanged(header, planning.watermark(), lease);
    }
    return book.succeeded();
  }

  private void begin(Step step, long total) {
    if (step.compareTo(Step.DELIVER) < 0) {
      cancellation.check();
    }
    LOG.info("{} {}", spec.id(), step);
    observer.step(spec.id(), step, total);
  }
}
