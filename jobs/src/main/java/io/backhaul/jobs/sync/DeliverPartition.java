/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.CallMeter;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.Sleeper;
import io.backhaul.destination.send.Breaker;
import io.backhaul.destination.send.CallLimit;
import io.backhaul.destination.send.CircuitReport;
import io.backhaul.destination.send.RateGate;
import io.backhaul.destination.send.RedactedDestination;
import io.backhaul.destination.send.SendListener;
import io.backhaul.destination.send.SendPolicy;
import io.backhaul.destination.send.SendReport;
import io.backhaul.destination.send.Sender;
import io.backhaul.destination.send.account.SharedAccount;
import io.backhaul.diff.mapping.Masking;
import io.backhaul.jobs.coordination.Coordination;
import io.backhaul.jobs.ledger.LeaseBeat;
import java.io.Serializable;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * DELIVER on an executor: takes one partition of the stored outbox to the destination. Outcomes go
 * to the journal as they arrive; a destination that is down ends the partition normally, so that
 * Spark retries only what Spark can cure.
 */
final class DeliverPartition implements ForeachPartitionFunction<Row> {

  private static final long serialVersionUID = 1L;

  /** Where a row of {@link io.backhaul.diff.state.Outbox#deliverable} has its partition. */
  private static final int PARTITION = 7;

  private final Order order;
  private final JournalFolder folder;
  private final SerializableConfiguration hadoop;
  private final DeliveryTally tally;
  private final CollectionAccumulator<SendReport> ends;
  private final LongAccumulator calls;

  DeliverPartition(
      Order order,
      JournalFolder folder,
      SerializableConfiguration hadoop,
      DeliveryTally tally,
      CollectionAccumulator<SendReport> ends,
      LongAccumulator calls) {
    this.order = order;
    this.folder = folder;
    this.hadoop = hadoop;
    this.tally = tally;
    this.ends = ends;
    this.calls = calls;
  }

  /**
   * What every partition of a run is told.
   *
   * @param sync {@code tenant/name}
   * @param scope {@link RunHeader#scope}
   * @param newKeyBasis basis of keys that are not in state
   * @param gateShare of the destination's rate and connections that one executor JVM may use
   * @param calls that all partitions together may make
   * @param partitions that share them
   * @param news of the destination's circuit
   * @param clock of the run, which must be serializable, as those of {@link Clock} are
   * @param resuming whether only vendor jobs are asked after
   * @param attempts below the number of each attempt, higher for each lease
   * @param heldUntil when the run's lease ends, unless {@code beat} says it was renewed
   */
  record Order(
      DestinationConfig destination,
      String sync,
      String object,
      String scope,
      String newKeyBasis,
      Set<String> pii,
      Masking masking,
      SendPolicy policy,
      double gateShare,
      long calls,
      int partitions,
      CircuitNews news,
      Clock clock,
      boolean resuming,
      long attempts,
      Instant heldUntil,
      LeaseBeat beat)
      implements Serializable {}

  @Override
  public void call(Iterator<Row> rows) throws Exception {
    TaskContext task = TaskContext.get();
    StageRepeatedException.refuse(task);
    if (!rows.hasNext()) {
      return;
    }
    Row first = rows.next();
    folder.requireShared(hadoop.value());
    Clock clock = order.clock();
    DestinationConfig config = order.destination();
    String name = config.tenant() + "/" + config.name();
    SendListener listener = Coordination.counting(order.sync(), config.name(), tally);
    CallMeter meter = new CallMeter();
    try (Destination destination =
            new LeasedDestination(
                new RedactedDestination(
                    Delivery.open(config, meter), order.pii(), config.secrets()),
                order.heldUntil(),
                order.beat(),
                hadoop.value(),
                clock);
        Journal journal =
            Journal.open(
                hadoop.value(),
                folder,
                first.getInt(PARTITION),
                order.attempts() + task.taskAttemptId())) {
      Optional<SharedAccount> account =
          Coordination.account(
              name, destination.capabilities().requestsPerSecond(), order.gateShare());
      CircuitReport circuit =
          order.news().open() == null ? CircuitReport.CLOSED : order.news().open();
      CallLimit limit = limit(first.getInt(PARTITION), journal, meter);
      Sender sender =
          new Sender(
              destination,
              order.scope(),
              order.object(),
              order.policy(),
              gate(name, destination.capabilities(), account),
              account.isPresent()
                  ? account.get().circuit(circuit, Sleeper.SYSTEM)
                  : new Breaker(name, circuit, clock),
              limit,
              journal,
              listener,
              clock,
              Sleeper.SYSTEM);
      Iterator<Change> changes = changes(first, rows, task);
      ends.add(order.resuming() ? sender.resume(changes) : sender.send(changes));
      calls.add(limit.calls());
    } finally {
      Coordination.counted(listener);
    }
  }

  /** The partition's part of the run's calls, less what earlier attempts of its task made. */
  private CallLimit limit(int partition, Journal journal, CallMeter meter) {
    if (order.calls() == Long.MAX_VALUE || order.resuming()) {
      return new CallLimit(Long.MAX_VALUE, meter);
    }
    long share = order.calls() / order.partitions();
    long odd = partition < order.calls() % order.partitions() ? 1 : 0;
    return new CallLimit(share + odd - journal.earlier().requests(), meter);
  }

  /** The rate is shared by all executors, or each has a fixed share; connections always are. */
  private RateGate gate(String name, Capabilities whole, Optional<SharedAccount> account) {
    int concurrency = (int) Math.max(1, Math.ceil(whole.concurrency() * order.gateShare()));
    RateGate gate =
        account.isPresent()
            ? RateGate.shared(name, account.get(), concurrency)
            : RateGate.shared(
                name, Math.max(0.01, whole.requestsPerSecond() * order.gateShare()), concurrency);
    if (order.news().closedAt() != null) {
      gate.lift(order.news().closedAt());
    }
    return gate;
  }

  /** The partition's changes, until the task is killed: what is under way is then left to end. */
  private Iterator<Change> changes(Row first, Iterator<Row> rest, TaskContext task) {
    return new Iterator<>() {
      private Row ahead = first;

      @Override
      public boolean hasNext() {
        if (task.isInterrupted()) {
          throw new TaskKilledException("its job ended");
        }
        return ahead != null || rest.hasNext();
      }

      @Override
      public Change next() {
        KillPoint.BEFORE_SEND.pass();
        Row row = ahead == null ? rest.next() : ahead;
        ahead = null;
        return change(row);
      }
    };
  }

  /** Columns are taken by position: looking seven names up costs more than all else here. */
  private Change change(Row row) {
    Op op = Op.ofWireName(row.getString(0));
    byte[] sealed = row.isNullAt(3) ? null : row.getAs(3);
    // The key of a dead run is gone with it, and a vendor job has its rows already.
    boolean open = sealed == null || order.resuming();
    String fields = open ? row.getString(2) : order.masking().open(sealed);
    String basis = row.getString(6);
    return new Change(
        row.getString(1),
        op,
        op == Op.DELETE ? null : fields,
        row.getString(4),
        row.getLong(5),
        basis.isEmpty() ? order.newKeyBasis() : basis);
  }
}
