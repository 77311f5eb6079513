/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.change;
import static io.backhaul.destination.send.Bench.inserts;
import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.lost;
import static io.backhaul.destination.send.ScriptedDestination.taking;
import static io.backhaul.destination.send.ScriptedDestination.throttled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SenderConcurrencyTest {

  private final Bench bench = new Bench();

  @Test
  void asManyBatchesAreUnderWayAtOnceAsThePolicyAllows() throws Exception {
    CyclicBarrier eightTogether = new CyclicBarrier(8);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ScriptedDestination crm =
        taking(
            1,
            (batch, n) -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              meet(eightTogether);
              now.decrementAndGet();
              return applied(batch);
            });

    bench.inFlight(8).send(crm, upserts(80));

    assertThat(most.get()).isEqualTo(8);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 80));
  }

  @Test
  void twoChangesOfOneKeyAreNeverUnderWayTogether() throws Exception {
    List<Change> changes = new ArrayList<>();
    for (int version = 0; version < 50; version++) {
      for (int key = 0; key < 3; key++) {
        changes.add(new Change("{\"id\":" + key + "}", Op.UPSERT, "{}", null, version, ""));
      }
    }
    AtomicInteger[] underWay = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
    List<List<Long>> arrived = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              for (Change change : batch.changes()) {
                int key = change.key().charAt(6) - '0';
                assertThat(underWay[key].incrementAndGet()).isEqualTo(1);
                arrived.get(key).add(change.rowHash());
              }
              batch.changes().forEach(c -> underWay[c.key().charAt(6) - '0'].decrementAndGet());
              return applied(batch);
            });

    bench.inFlight(16).send(crm, changes);

    assertThat(arrived).allSatisfy(versions -> assertThat(versions).hasSize(50).isSorted());
  }

  @Test
  void memoryIsBoundedByTheBatchesInFlight() throws Exception {
    AtomicInteger read = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicInteger mostAhead = new AtomicInteger();
    Iterator<Change> source =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return read.get() < 10_000;
          }

          @Override
          public Change next() {
            mostAhead.accumulateAndGet(read.get() - done.get(), Math::max);
            return change(Op.UPSERT, "k" + read.getAndIncrement());
          }
        };
    bench.listener =
        new SendListener() {
          @Override
          public void outcomes(Outcome outcome, int records) {
            done.addAndGet(records);
          }

          @Override
          public void circuit(String state) {}
        };

    bench.inFlight(4).send(taking(10, (batch, n) -> applied(batch)), source);

    assertThat(done.get()).isEqualTo(10_000);
    // Four batches under way, one cut and waiting for its place, one change read ahead.
    assertThat(mostAhead.get()).isLessThanOrEqualTo(4 * 10 + 10 + 1);
  }

  @Test
  void aRefusalWakesTheBatchesThatOnlyWait() throws Exception {
    // The second batch waits half an hour of real time, unless it is woken.
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(1);
    ScriptedDestination crm =
        taking(
            1,
            (batch, n) -> {
              if (batch.changes().get(0).key().contains("k1")) {
                awaitUninterrupted(underWay);
                throw throttled(Duration.ofMinutes(30));
              }
              underWay.countDown();
              awaitUninterrupted(waiting);
              throw DestinationException.refused("HTTP_401", 401, "credentials not taken");
            });
    bench.inFlight(2).patience(Duration.ofHours(1));
    Sender sender =
        new Sender(
            crm,
            "acme/contacts",
            "contacts",
            bench.policy,
            bench.gate,
            bench.breaker,
            bench.log,
            SendListener.NONE,
            bench.clock,
            pause -> {
              if (pause.compareTo(Duration.ofMinutes(1)) > 0) {
                waiting.countDown();
                TimeUnit.HOURS.sleep(1);
              }
            });

    SendReport report = sender.send(upserts(2).iterator());

    assertThat(report.ending()).isEqualTo(Ending.REFUSED);
    assertThat(bench.log.outcomes()).isEmpty();
  }

  @Test
  void aSourceThatBreaksOffFailsTheTaskAfterWhatIsUnderWayHasItsOutcome() {
    CountDownLatch underWay = new CountDownLatch(2);
    Iterator<Change> source =
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            if (next == 25) {
              awaitUninterrupted(underWay);
              throw new NoSuchElementException("the file is gone");
            }
            return true;
          }

          @Override
          public Change next() {
            return change(Op.UPSERT, "k" + next++);
          }
        };
    ScriptedDestination crm =
        taking(
            10,
            (batch, n) -> {
              underWay.countDown();
              return applied(batch);
            });

    assertThatThrownBy(() -> bench.inFlight(4).send(crm, source))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("the file is gone");
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 20));
  }

  @Tag("fault-34")
  @Test
  void aKilledTaskEndsAtOnceAndItsUpsertsAreLeftToTheRetry() throws Exception {
    MemoryLog log = kill(upserts(4));

    assertThat(log.outcomes()).isEmpty();
  }

  @Tag("fault-34")
  @Test
  void aKilledTaskLeavesItsInsertsUnknown() throws Exception {
    MemoryLog log = kill(inserts(4));

    assertThat(log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 4));
    assertThat(log.appended()).allMatch(BatchOutcome::last);
  }

  @Tag("twin-34")
  @Test
  void theTwinThatTakesAnInterruptForARefusalHasItsInsertsAppliedTwice() throws Exception {
    List<String> appended = new CopyOnWriteArrayList<>();
    CountDownLatch underWay = new CountDownLatch(1);
    Destination careless =
        taking(
            2,
            (batch, n) -> {
              batch.changes().forEach(change -> appended.add(change.key()));
              underWay.countDown();
              try {
                TimeUnit.HOURS.sleep(1);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              throw DestinationException.unavailable("STOPPED", 0, Duration.ZERO, "not sent");
            });
    FutureTask<SendReport> sending = new FutureTask<>(() -> bench.send(careless, inserts(2)));
    Thread task = new Thread(sending);
    task.start();
    assertThat(underWay.await(10, TimeUnit.SECONDS)).isTrue();
    task.interrupt();
    assertThatThrownBy(() -> sending.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InterruptedException.class);

    new Bench(bench.log.nextAttempt())
        .send(
            taking(
                2,
                (batch, n) -> {
                  batch.changes().forEach(change -> appended.add(change.key()));
                  return applied(batch);
                }),
            inserts(2));

    assertThat(appended).hasSize(4);
    assertThat(Set.copyOf(appended)).hasSize(2);
  }

  /** Sends two batches that never get an answer, then interrupts the task. */
  private MemoryLog kill(List<Change> changes) throws Exception {
    CountDownLatch underWay = new CountDownLatch(2);
    List<Boolean> flagAtAppend = new ArrayList<>();
    bench.log.onAppend(outcome -> flagAtAppend.add(Thread.currentThread().isInterrupted()));
    ScriptedDestination silent =
        taking(
            2,
            (batch, n) -> {
              underWay.countDown();
              try {
                TimeUnit.HOURS.sleep(1);
              } catch (InterruptedException e) {
                // As the transport does it.
                Thread.currentThread().interrupt();
              }
              throw DestinationException.inDoubt("INTERRUPTED", 0, "the task was stopped");
            });
    FutureTask<SendReport> sending =
        new FutureTask<>(() -> bench.inFlight(2).send(silent, changes));
    Thread task = new Thread(sending);
    task.start();
    assertThat(underWay.await(10, TimeUnit.SECONDS)).isTrue();

    task.interrupt();

    assertThatThrownBy(() -> sending.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(bench.breaker.report()).isEqualTo(CircuitReport.CLOSED);
    assertThat(flagAtAppend).as("a journal must be writable").doesNotContain(true);
    return bench.log;
  }

  @Tag("fault-27")
  @Test
  void twoAttemptsAtOnceLeaveTheSameAtADestinationWithKeys() throws Exception {
    Map<String, String> store = new ConcurrentHashMap<>();
    List<Change> changes = upserts(200);
    CyclicBarrier together = new CyclicBarrier(2);
    ScriptedDestination crm =
        taking(
            10,
            (batch, n) -> {
              if (n <= 2) {
                meet(together);
              }
              batch.changes().forEach(change -> store.put(change.key(), change.fields()));
              return applied(batch);
            });
    Bench other = new Bench();
    FutureTask<SendReport> speculative = new FutureTask<>(() -> other.send(crm, changes));
    new Thread(speculative).start();
    bench.send(crm, changes);
    speculative.get(10, TimeUnit.SECONDS);

    assertThat(store).hasSize(200);
    assertThat(bench.log.outcomes().keySet()).isEqualTo(other.log.outcomes().keySet());
    assertThat(crm.requests().stream().map(batch -> batch.id()).distinct()).hasSize(20);
  }

  /** Two attempts at one partition of 200 inserts, to a destination that appends; records a key. */
  private Map<String, Integer> appendedByTwoAttempts(boolean keysHonoured) throws Exception {
    Map<String, Integer> appended = new ConcurrentHashMap<>();
    Set<String> known = ConcurrentHashMap.newKeySet();
    CyclicBarrier together = new CyclicBarrier(2);
    ScriptedDestination events =
        taking(
            10,
            (batch, n) -> {
              if (n <= 2) {
                meet(together);
              }
              if (known.add(batch.id()) || !keysHonoured) {
                batch.changes().forEach(change -> appended.merge(change.key(), 1, Integer::sum));
              }
              return applied(batch);
            });
    Bench other = new Bench();
    FutureTask<SendReport> speculative = new FutureTask<>(() -> other.send(events, inserts(200)));
    new Thread(speculative).start();
    bench.send(events, inserts(200));
    speculative.get(10, TimeUnit.SECONDS);
    assertThat(appended).hasSize(200);
    return appended;
  }

  @Tag("fault-27")
  @Test
  void twoAttemptsAtOnceAppendNothingTwiceWhereKeysAreHonoured() throws Exception {
    assertThat(appendedByTwoAttempts(true).values()).containsOnly(1);
  }

  @Tag("twin-27")
  @Test
  void theTwinWithoutKeysAppendsEveryRecordTwice() throws Exception {
    assertThat(appendedByTwoAttempts(false).values()).containsOnly(2);
  }

  @Test
  void anAnswerLostByEveryBatchInFlightLeavesOneOutcomeEach() throws Exception {
    ScriptedDestination crm =
        taking(
            5,
            (batch, n) -> {
              if (n % 4 == 0) {
                throw lost();
              }
              return applied(batch);
            });

    SendReport report = bench.inFlight(16).send(crm, upserts(500));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.outcomes()).hasSize(500);
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the others did not come", e);
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("a request under way was interrupted", e);
    }
  }
}
