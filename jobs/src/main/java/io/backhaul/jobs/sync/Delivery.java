/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.lit;

import io.backhaul.destination.CallMeter;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Providers;
import io.backhaul.destination.send.CircuitReport;
import io.backhaul.destination.send.Ending;
import io.backhaul.destination.send.RejectLimit;
import io.backhaul.destination.send.SendPolicy;
import io.backhaul.destination.send.SendReport;
import io.backhaul.diff.change.Limit;
import io.backhaul.diff.mapping.Masking;
import io.backhaul.diff.state.Outbox;
import io.backhaul.jobs.coordination.Coordination;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.spec.DeliveryGuarantee;
import io.backhaul.jobs.spec.OnInDoubt;
import io.backhaul.jobs.spec.SyncSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DELIVER on the driver: shares the destination's limits out and starts the partitions. */
final class Delivery {

  /** Why operations were not sent when no partition gave a reason. */
  static final String NOT_SENT = "NOT_SENT";

  /** How long requests in flight may take to end by themselves when their job has failed. */
  private static final Duration LAST_REQUESTS = Duration.ofMinutes(2);

  /** The same when somebody waits for the end of a run that he cancelled. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** How long they may take to end when they are broken off. */
  private static final Duration INTERRUPTED = Duration.ofSeconds(15);

  /** How often a plan is delivered anew because executors were lost; as Spark tries a task. */
  private static final int MOST_ROUNDS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final Ledger ledger;
  private final RunObserver observer;
  private final RunOptions options;
  private final Clock clock;
  private final Cancellation cancellation;

  Delivery(
      Ledger ledger,
      RunObserver observer,
      RunOptions options,
      Clock clock,
      Cancellation cancellation) {
    this.ledger = ledger;
    this.observer = observer;
    this.options = options;
    this.clock = clock;
    this.cancellation = cancellation;
  }

  /**
   * How delivery ended.
   *
   * @param deferredCode why operations are left over, or {@code null}; {@link RejectLimit#EXCEEDED}
   *     if too many were rejected
   * @param error why the sync must stop, or {@code null}
   * @param circuit as all executors know it, or the worst state any partition saw, or {@code null}
   * @param calls that were made, or {@link #UNCOUNTED}
   */
  record Ended(String deferredCode, String error, CircuitReport circuit, long calls) {

    /** An end of which nobody knows how many calls were made. */
    Ended(String deferredCode, String error, CircuitReport circuit) {
      this(deferredCode, error, circuit, UNCOUNTED);
    }

    /** The end of a delivery of which another part came before. */
    Ended after(Ended before) {
      boolean counted = calls != UNCOUNTED && before.calls != UNCOUNTED;
      return new Ended(deferredCode, error, circuit, counted ? before.calls + calls : UNCOUNTED);
    }
  }

  /** Instead of a number of calls: a task was tried more than once, or the job failed. */
  static final long UNCOUNTED = -1;

  /**
   * Delivers a stored plan. Comes back when no task sends any more, also when the Spark job fails
   * or is cancelled, or when it is over although an attempt that lost a race goes on.
   *
   * <p>When Spark loses an executor, it begins the stage again beside tasks of its first attempt.
   * Such a second attempt is refused ({@link StageRepeatedException}); here the first is awaited,
   * and then whatever it left is delivered by a job of its own. Its partitions are the same, or
   * they would not find their journals.
   *
   * @param news of the destination's circuit
   * @param lease of the run, which its executors watch
   * @param calls that may be made
   * @throws TasksStillSendingException if tasks do not end; then the run must not be settled
   */
  Ended deliver(
      SyncSpec spec,
      Outbox outbox,
      RunHeader header,
      JournalFolder folder,
      Masking masking,
      CircuitNews news,
      Lease lease,
      long calls) {
    DeliverPartition.Order order = order(spec, header, masking, news, lease, calls, false);
    DeliveryTally tally = new DeliveryTally(ledger.spark().sparkContext(), header.runId());
    Optional<Canary> canary = Canary.of(spec, outbox, header);
    if (canary.isEmpty()) {
      return deliver(outbox, header, folder, order, lease, tally, lit(true));
    }
    Ended first = deliver(outbox, header, folder, order, lease, tally, canary.get().first());
    if (first.deferredCode() != null || first.error() != null) {
      return first;
    }
    long accepted = options.accepted().getOrDefault("rejected", 0L);
    Optional<String> verdict =
        canary.get().verdict(tally.rejected(), tally.rejected() + tally.applied(), accepted);
    if (verdict.isPresent()) {
      return new Ended(Canary.REJECTED, verdict.get(), first.circuit(), first.calls());
    }
    cancellation.check();
    return deliver(outbox, header, folder, order, lease, tally, canary.get().rest()).after(first);
  }

  /**
   * Asks after the vendor jobs of a run that died, and sends nothing; its journal then says what
   * became of them. The questions are not counted as calls of a day.
   *
   * @param spec the sync as it is now
   * @throws TasksStillSendingException as {@link #deliver}
   */
  void resume(SyncSpec spec, Outbox outbox, RunHeader header, JournalFolder folder, Lease lease) {
    deliver(
        outbox,
        header,
        folder,
        order(spec, header, null, CircuitNews.NONE, lease, Long.MAX_VALUE, true),
        lease,
        new DeliveryTally(ledger.spark().sparkContext(), header.runId()),
        lit(true));
  }

  private DeliverPartition.Order order(
      SyncSpec spec,
      RunHeader header,
      Masking masking,
      CircuitNews news,
      Lease lease,
      long calls,
      boolean resuming) {
    return new DeliverPartition.Order(
        spec.destination(),
        spec.id(),
        spec.object(),
        header.scope(),
        header.newKeyBasis(),
        spec.mapping().pii(),
        masking,
        policy(spec, header.partitions()),
        1.0 / executors(ledger.spark()),
        calls,
        header.partitions(),
        news,
        clock,
        resuming,
        lease.epoch() << Integer.SIZE,
        lease.heldUntil(),
        lease.beat());
  }

  private Ended deliver(
      Outbox outbox,
      RunHeader header,
      JournalFolder folder,
      DeliverPartition.Order order,
      Lease lease,
      DeliveryTally tally,
      Column which) {
    SparkSession spark = ledger.spark();
    SparkListener listener = tally.watch(spark.sparkContext(), observer);
    try {
      for (int round = 1; ; round++) {
        try {
          Ended ended = deliver(outbox, header, folder, order, tally, which);
          return round == 1
              ? ended
              : new Ended(ended.deferredCode(), ended.error(), ended.circuit());
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare
          if (round == MOST_ROUNDS || !StageRepeatedException.causes(e)) {
            throw e;
          }
          lease.check();
          cancellation.check();
          LOG.warn("{} lost an executor; what is left is delivered anew", header.runId());
        }
      }
    } finally {
      spark.sparkContext().removeSparkListener(listener);
    }
  }

  private Ended deliver(
      Outbox outbox,
      RunHeader header,
      JournalFolder folder,
      DeliverPartition.Order order,
      DeliveryTally tally,
      Column which) {
    SparkContext context = ledger.spark().sparkContext();
    CollectionAccumulator<SendReport> ends =
        context.collectionAccumulator("backhaul.ends." + header.runId());
    LongAccumulator calls = context.longAccumulator("backhaul.calls." + header.runId());
    boolean repeated;
    try (RunningTasks tasks = RunningTasks.of(context)) {
      try {
        outbox
            .deliverable(header.runId(), header.partitions())
            .where(which)
            .foreachPartition(
                new DeliverPartition(
                    order,
                    folder,
                    new SerializableConfiguration(ledger.hadoop()),
                    tally,
                    ends,
                    calls));
      } catch (Exception e) { // Spark throws checked exceptions that it does not declare
        drain(tasks, Causes.sparkCancelled(e) ? GRACE : LAST_REQUESTS, header);
        throw e;
      }
      repeated = tasks.repeated();
      if (repeated) {
        drain(tasks, LAST_REQUESTS, header);
      }
    }
    Ended ended = ended(List.copyOf(ends.value()));
    return new Ended(
        ended.deferredCode(),
        ended.error(),
        Coordination.circuit(order.destination().tenant() + "/" + order.destination().name())
            .orElse(ended.circuit()),
        repeated ? UNCOUNTED : calls.value());
  }

  /** Waits for tasks that go on sending after their job has ended. */
  private static void drain(RunningTasks tasks, Duration atMost, RunHeader header) {
    if (tasks.awaitNone(atMost)) {
      return;
    }
    tasks.interrupt("its run ends");
    if (!tasks.awaitNone(INTERRUPTED)) {
      throw new TasksStillSendingException(header.syncId(), header.runId());
    }
  }

  /** What the sync's destination can do; no I/O. */
  static Capabilities capabilities(SyncSpec spec) {
    try (Destination destination = open(spec.destination())) {
      return destination.capabilities();
    }
  }

  /** Opens the destination of a checked configuration. */
  static Destination open(DestinationConfig config) {
    return open(config, new CallMeter());
  }

  /** The same, with its calls counted. */
  static Destination open(DestinationConfig config, CallMeter meter) {
    return Providers.of(config.type())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no connector of type "
                        + config.type()
                        + " is on the class path of "
                        + config
                        + "; add its jar to this JVM"))
        .open(config, DeliveryContext.system().counting(meter));
  }

  private SendPolicy policy(SyncSpec spec, int partitions) {
    int inFlight = Math.max(1, capabilities(spec).concurrency() / partitions);
    return SendPolicy.standard()
        .withInFlight(inFlight)
        .withPatience(options.patience())
        .withRepeatInDoubt(spec.onInDoubt() == OnInDoubt.RESEND)
        .withAtMostOnce(spec.delivery() == DeliveryGuarantee.AT_MOST_ONCE)
        .withRejects(rejects(spec.maxRejected()));
  }

  private RejectLimit rejects(Limit most) {
    RejectLimit limit =
        Double.isNaN(most.share())
            ? RejectLimit.ofCount(most.count())
            : RejectLimit.ofShare(most.share());
    return limit.accepting(options.accepted().getOrDefault("rejected", 0L));
  }

  /** No more than the destination takes at once, or the session can run, or there are batches. */
  static int partitions(SparkSession spark, SyncSpec spec, long planned) {
    Capabilities capabilities = capabilities(spec);
    long batches = Math.max(1, batches(planned, capabilities));
    return (int)
        Math.min(
            batches,
            Math.min(capabilities.concurrency(), spark.sparkContext().defaultParallelism()));
  }

  private static long batches(long records, Capabilities capabilities) {
    return (records + capabilities.maxRecords() - 1) / capabilities.maxRecords();
  }

  /**
   * Calls that a plan needs, and a quarter more for those that are made again; what is not used is
   * given back when the run ends.
   */
  static long calls(SyncSpec spec, RunHeader header) {
    Capabilities capabilities = capabilities(spec);
    long batches =
        header.counts().ops().values().stream()
            .mapToLong(records -> batches(records, capabilities))
            .sum();
    return batches + batches / 4 + 10L * header.partitions();
  }

  private static int executors(SparkSession spark) {
    return Math.max(1, spark.sparkContext().statusTracker().getExecutorInfos().length - 1);
  }

  /** Whether somebody must act before the next run can do better. */
  private static boolean stops(Ending ending) {
    return switch (ending) {
      case DRAINED, DEFERRED -> false;
      case REJECTING, REFUSED, CONTRADICTORY -> true;
    };
  }

  private static Ended ended(List<SendReport> ends) {
    SendReport first = null;
    CircuitReport worst = null;
    for (SendReport end : ends) {
      if (first == null || end.ending().compareTo(first.ending()) > 0) {
        first = end;
      }
      CircuitReport circuit = end.circuit();
      if (worst == null
          || (circuit.openUntil() != null
              && (worst.openUntil() == null || circuit.openUntil().isAfter(worst.openUntil())))) {
        worst = circuit;
      }
    }
    LOG.info("DELIVER ended in {} partitions", ends.size());
    return first == null
        ? new Ended(null, null, worst)
        : new Ended(first.code(), stops(first.ending()) ? first.message() : null, worst);
  }
}
