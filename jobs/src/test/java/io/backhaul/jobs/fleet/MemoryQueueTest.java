/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import static io.backhaul.jobs.fleet.FleetSyncs.NOON;
import static io.backhaul.jobs.fleet.FleetSyncs.at;
import static io.backhaul.jobs.fleet.FleetSyncs.job;
import static io.backhaul.jobs.fleet.FleetSyncs.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.spec.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryQueueTest {

  private static final JobEnd DONE = new JobEnd(JobEnd.Outcome.DONE, CircuitReport.CLOSED);
  private static final Job ONE = job("a/crm/one", Priority.NORMAL, 0);
  private static final Job TWO = job("a/crm/two", Priority.NORMAL, 1);

  private MemoryQueue queue;

  @BeforeEach
  void emptyQueue() {
    FleetLimits limits = new FleetLimits(9, 9, Duration.ofMinutes(1), 5);
    queue = new MemoryQueue(new FairLine(limits), limits.leaseTerm());
  }

  @Test
  void aSyncHasOneJobAtATimeAndNoTwoWorkersHaveIt() {
    queue.add(List.of(ONE, job("a/crm/one", Priority.NORMAL, 5)));

    List<JobLease> first = queue.lease("w1", 9, NOON);

    assertThat(first).extracting(JobLease::job).containsExactly(ONE);
    assertThat(queue.lease("w2", 9, NOON)).isEmpty();
    assertThat(queue.end(first.get(0), DONE, NOON)).isTrue();
    assertThat(queue.end(first.get(0), DONE, NOON)).isFalse();
    queue.add(List.of(ONE));
    assertThat(queue.counts()).isEqualTo(new JobQueue.Counts(1, 0));
  }

  @Test
  void aWorkerThatIsSilentForTheTermLosesItsJobsAndItsLateEndIsRefused() {
    queue.add(List.of(ONE));
    JobLease old = queue.lease("w1", 1, NOON).get(0);
    queue.beat("w1", NOON.plusSeconds(50));
    assertThat(queue.lease("w2", 1, NOON.plusSeconds(109))).isEmpty();

    JobLease fresh = queue.lease("w2", 1, NOON.plusSeconds(110)).get(0);

    assertThat(fresh.job()).isEqualTo(ONE);
    assertThat(fresh.epoch()).isGreaterThan(old.epoch());
    assertThat(queue.end(old, DONE, NOON.plusSeconds(111))).isFalse();
    assertThat(queue.counts().leased()).isEqualTo(1);
    assertThat(queue.end(fresh, DONE, NOON.plusSeconds(112))).isTrue();
    assertThat(queue.counts()).isEqualTo(new JobQueue.Counts(0, 0));
  }

  @Test
  void aWorkerThatComesBackAsItselfDoesNotEndWhatItLeasedBefore() {
    queue.add(List.of(ONE));
    JobLease old = queue.lease("w1", 1, NOON).get(0);
    JobLease fresh = queue.lease("w1", 1, at(2)).get(0);

    assertThat(queue.end(old, DONE, at(2))).isFalse();
    assertThat(queue.end(fresh, DONE, at(2))).isTrue();
  }

  @Test
  void aDeferredJobWaitsForItsCircuitAndTheFirstAfterwardsIsTheProbe() {
    queue.add(List.of(ONE, TWO));
    JobLease lease = queue.lease("w", 1, NOON).get(0);
    assertThat(lease.probe()).isFalse();
    assertThat(queue.end(lease, deferred(open(1, 1)), NOON)).isTrue();
    assertThat(queue.lease("w", 9, NOON)).isEmpty();
    assertThat(queue.held(NOON)).containsExactly(new HeldAccount("a/crm", 2, "HTTP_503", at(1)));

    List<JobLease> probe = queue.lease("w", 9, at(1));

    assertThat(probe).hasSize(1);
    assertThat(probe.get(0).probe()).isTrue();
    assertThat(probe.get(0).circuit()).isEqualTo(open(1, 1));
    queue.end(probe.get(0), DONE, at(1));
    List<JobLease> rest = queue.lease("w", 9, at(1));
    assertThat(rest).extracting(JobLease::job).containsExactly(TWO);
    assertThat(rest.get(0).probe()).isFalse();
  }

  @Test
  void severalRunsThatSawTheSameFailureOpenItOnce() {
    queue.add(List.of(ONE, TWO));
    List<JobLease> both = queue.lease("w", 2, NOON);

    queue.end(both.get(0), deferred(open(1, 1)), NOON);
    queue.end(both.get(1), deferred(open(1, 2)), NOON);

    assertThat(queue.lease("w", 9, at(1))).isEmpty();
    assertThat(queue.lease("w", 9, at(2)).get(0).circuit()).isEqualTo(open(1, 2));
  }

  @Test
  void aRunFromBeforeTheFailureDoesNotCloseIt() {
    queue.add(List.of(ONE, TWO));
    List<JobLease> both = queue.lease("w", 2, NOON);
    queue.end(both.get(0), deferred(open(1, 1)), NOON);

    queue.end(both.get(1), DONE, NOON);

    assertThat(queue.lease("w", 9, NOON.plusSeconds(59))).isEmpty();
  }

  @Test
  void aProbeWhoseWorkerDiesIsMadeAgain() {
    queue.add(List.of(ONE, TWO));
    queue.end(queue.lease("w1", 1, NOON).get(0), deferred(open(1, 1)), NOON);
    assertThat(queue.lease("w1", 9, at(1))).hasSize(1);
    assertThat(queue.lease("w2", 9, at(1))).isEmpty();

    List<JobLease> again = queue.lease("w2", 9, at(2));

    assertThat(again).hasSize(1);
    assertThat(again.get(0).probe()).isTrue();
  }

  @Test
  void aRunThatDefersWithoutAnOpenCircuitIsNotTriedAgainAtOnce() {
    queue.add(List.of(ONE));
    Instant now = NOON;
    for (int minutes : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      JobLease lease = queue.lease("w", 1, now).get(0);
      queue.end(lease, deferred(lease.circuit()), now);
      Instant again = now.plus(Duration.ofMinutes(minutes));
      assertThat(queue.held(now)).containsExactly(new HeldAccount("a/crm", 1, "DEFERRED", again));
      assertThat(queue.lease("w", 1, again.minusMillis(1))).isEmpty();
      now = again;
    }
    queue.end(queue.lease("w", 1, now).get(0), DONE, now);
    queue.add(List.of(ONE, TWO));
    assertThat(queue.lease("w", 2, now)).hasSize(2);
  }

  @Test
  void whoClosesACircuitByHandLetsItsJobsStart() {
    queue.add(List.of(ONE, TWO));
    queue.end(queue.lease("w", 1, NOON).get(0), deferred(open(5, 30)), NOON);

    queue.closeCircuit("a/crm");

    assertThat(queue.lease("w", 9, NOON)).hasSize(2).noneMatch(JobLease::probe);
  }

  private static JobEnd deferred(CircuitReport circuit) {
    return new JobEnd(JobEnd.Outcome.DEFERRED, circuit);
  }

  /** Ten thousand jobs, two workers, one of which dies in the middle and comes back too late. */
  @Test
  void eachOfManyJobsEndsOnceThoughAWorkerDies() {
    int jobs = 10_000;
    for (int i = 0; i < jobs; i++) {
      queue.add(List.of(job("t%d/crm/s%d".formatted(i % 50, i), Priority.NORMAL, 0)));
    }
    Instant now = NOON;
    int ended = 0;
    List<JobLease> deadOnes = List.of();
    for (int round = 0; ended < jobs; round++) {
      now = now.plusSeconds(10);
      List<JobLease> mine = queue.lease("w1", 20, now);
      for (JobLease lease : mine) {
        ended += queue.end(lease, DONE, now) ? 1 : 0;
      }
      if (round < 100) {
        for (JobLease lease : queue.lease("w2", 20, now)) {
          ended += queue.end(lease, DONE, now) ? 1 : 0;
        }
      } else if (round == 100) {
        deadOnes = queue.lease("w2", 20, now);
      } else if (round == 110) {
        for (JobLease lease : deadOnes) {
          assertThat(queue.end(lease, DONE, now)).isFalse();
        }
      }
      assertThat(round).isLessThan(1_000);
    }
    assertThat(deadOnes).hasSize(20);
    assertThat(ended).isEqualTo(jobs);
    assertThat(queue.counts()).isEqualTo(new JobQueue.Counts(0, 0));
  }
}
