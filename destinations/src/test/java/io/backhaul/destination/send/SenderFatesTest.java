/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Whatever a destination does, in whatever order: the promise holds. */
class SenderFatesTest {

  /** The process ends; the next attempt finds the journal. */
  private static final class TaskDied extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What becomes of one request. */
  enum Fate {
    APPLIED,
    MIXED,
    LOST_BEFORE,
    LOST_AFTER,
    BUSY,
    THROTTLED,
    POISONED,
    CONTRADICTORY,
    REFUSED,
    DIES_BEFORE,
    DIES_AFTER
  }

  @Provide
  Arbitrary<List<Fate>> fates() {
    return Arbitraries.frequency(
            Tuple.of(30, Fate.APPLIED),
            Tuple.of(15, Fate.MIXED),
            Tuple.of(8, Fate.LOST_BEFORE),
            Tuple.of(8, Fate.LOST_AFTER),
            Tuple.of(12, Fate.BUSY),
            Tuple.of(6, Fate.THROTTLED),
            Tuple.of(10, Fate.POISONED),
            Tuple.of(1, Fate.CONTRADICTORY),
            Tuple.of(1, Fate.REFUSED),
            Tuple.of(3, Fate.DIES_BEFORE),
            Tuple.of(3, Fate.DIES_AFTER))
        .list()
        .ofMaxSize(80);
  }

  @Property(tries = 1000)
  void everyChangeHasOneOutcomeThatIsTrueAndNothingSettledIsSentAgain(
      @ForAll("fates") List<Fate> fates,
      @ForAll @IntRange(min = 1, max = 60) int count,
      @ForAll @IntRange(min = 1, max = 9) int maxRecords,
      @ForAll @IntRange(min = 1, max = 6) int inFlight,
      @ForAll @IntRange(min = 0, max = 3) int patienceHours,
      @ForAll @IntRange(min = 0, max = 4) int insertsOfFour,
      @ForAll boolean atMostOnce,
      @ForAll long seed)
      throws InterruptedException {
    List<Change> changes = changes(count, insertsOfFour, seed);
    Server server = new Server(fates, seed);
    ScriptedDestination destination = ScriptedDestination.taking(maxRecords, server::answer);
    MemoryLog log = new MemoryLog();
    SendReport report = null;
    while (report == null) {
      Bench bench = new Bench(log).inFlight(inFlight).patience(Duration.ofHours(patienceHours));
      bench.policy = bench.policy.withAtMostOnce(atMostOnce);
      server.log = log;
      try {
        report = bench.send(destination, changes);
      } catch (TaskDied e) {
        log = log.nextAttempt();
      }
    }

    assertThat(server.violation.get()).isNull();
    Map<String, RecordOutcome> outcomes = log.everyOutcome();
    Set<String> planned = new HashSet<>();
    changes.forEach(change -> planned.add(name(change)));
    assertThat(planned).containsAll(outcomes.keySet());
    if (report.ending() == Ending.DRAINED) {
      assertThat(outcomes).hasSize(planned.size());
    }
    for (Change change : changes) {
      RecordOutcome outcome = outcomes.get(name(change));
      if (outcome != null) {
        assertIsTrue(server, change, outcome.outcome(), atMostOnce);
      }
    }
    for (Change change : changes) {
      if (atMostOnce || change.op() == Op.INSERT) {
        assertThat(server.applied.getOrDefault(name(change), 0))
            .as("times that it was applied: " + change)
            .isLessThanOrEqualTo(1);
      }
    }
  }

  private static void assertIsTrue(
      Server server, Change change, Outcome outcome, boolean atMostOnce) {
    String name = name(change);
    switch (outcome) {
      case APPLIED -> assertThat(server.confirmed).as("confirmed").contains(name);
      case DEFERRED -> {
        // What may be repeated leaves no intent: what a dead attempt did shows in the next run.
        if (atMostOnce || change.op() == Op.INSERT || !server.died.contains(name)) {
          assertThat(server.applied).as("deferred").doesNotContainKey(name);
        }
      }
      case REJECTED -> assertThat(server.rejected).as("rejected").contains(name);
      case UNKNOWN -> assertThat(server.confirmed).as("not confirmed").doesNotContain(name);
    }
  }

  private static List<Change> changes(int count, int insertsOfFour, long seed) {
    Random random = new Random(seed);
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // A third of the keys come twice, with another value.
      int key = random.nextInt(3) == 0 && i > 0 ? random.nextInt(i) : i;
      Op op = random.nextInt(4) < insertsOfFour ? Op.INSERT : Op.UPSERT;
      changes.add(new Change("{\"id\":" + key + "}", op, "{\"v\":" + i + "}", null, i, ""));
    }
    return changes;
  }

  /** As the log names it. */
  private static String name(Change change) {
    return change.key() + "@" + change.rowHash();
  }

  /** Meets each request with the next fate and keeps account of what is true. */
  private static final class Server {
    private final List<Fate> fates;
    private final long seed;
    private final Map<String, Integer> applied = new ConcurrentHashMap<>();
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
    private final Set<String> rejected = ConcurrentHashMap.newKeySet();
    private final Set<String> died = ConcurrentHashMap.newKeySet();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicReference<String> violation = new AtomicReference<>();

    private volatile MemoryLog log;

    Server(List<Fate> fates, long seed) {
      this.fates = fates;
      this.seed = seed;
    }

    Delivery answer(Batch batch, int n) {
      for (Change change : batch.changes()) {
        if (!underWay.add(change.key())) {
          violation.compareAndSet(null, "twice in flight: " + change.key());
        }
        if (log.finalOf(change) != null) {
          violation.compareAndSet(null, "sent after its outcome: " + name(change));
        }
      }
      try {
        return meet(batch, n <= fates.size() ? fates.get(n - 1) : Fate.APPLIED, n);
      } finally {
        batch.changes().forEach(change -> underWay.remove(change.key()));
      }
    }

    private Delivery meet(Batch batch, Fate fate, int n) {
      return switch (fate) {
        case APPLIED -> results(batch, new Random(seed), 0);
        case MIXED -> results(batch, new Random(seed + n), 3);
        case LOST_BEFORE -> throw ScriptedDestination.lost();
        case LOST_AFTER -> {
          batch.changes().forEach(this::apply);
          throw ScriptedDestination.lost();
        }
        case BUSY -> throw ScriptedDestination.busy();
        case THROTTLED -> throw ScriptedDestination.throttled(Duration.ofMinutes(n % 50));
        case POISONED -> {
          if (batch.size() == 1) {
            rejected.add(name(batch.changes().get(0)));
          }
          throw DestinationException.poisoned("HTTP_400", null, 400, "bad request");
        }
        case CONTRADICTORY -> throw DestinationException.contradictory(200, "not JSON");
        case REFUSED -> throw DestinationException.refused("HTTP_401", 401, "no");
        case DIES_BEFORE -> throw new TaskDied();
        case DIES_AFTER -> {
          for (Change change : batch.changes()) {
            apply(change);
            died.add(name(change));
          }
          throw new TaskDied();
        }
      };
    }

    private Delivery results(Batch batch, Random random, int otherEndings) {
      List<RecordResult> results = new ArrayList<>();
      for (Change change : batch.changes()) {
        switch (random.nextInt(otherEndings + 1)) {
          case 1 -> {
            rejected.add(name(change));
            results.add(new RecordResult.Rejected(change.key(), "INVALID", "v", "no"));
          }
          case 2 -> results.add(new RecordResult.Retry(change.key(), "LOCKED"));
          case 3 -> results.add(new RecordResult.Unknown(change.key(), "who knows"));
          default -> {
            apply(change);
            confirmed.add(name(change));
            results.add(new RecordResult.Applied(change.key(), "id"));
          }
        }
      }
      return ScriptedDestination.settled(batch, results);
    }

    private void apply(Change change) {
      applied.merge(name(change), 1, Integer::sum);
    }
  }
}
