/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import static io.backhaul.jobs.fleet.FleetSyncs.NOON;
import static io.backhaul.jobs.fleet.FleetSyncs.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.spec.OnParentFailure;
import io.backhaul.jobs.spec.Priority;
import io.backhaul.jobs.spec.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TurnTest {

  private static final FleetSync ONE = sync("a/crm/one", Priority.NORMAL);
  private static final FleetSync TWO = sync("a/crm/two", Priority.NORMAL);
  private static final FleetSync ADS = sync("a/ads/audience", Priority.NORMAL);
  private static final FleetSync OTHER = sync("b/crm/other", Priority.NORMAL);
  private static final FleetLimits LIMITS = new FleetLimits(9, 9, Duration.ofMinutes(1), 3);

  /** A worker, which remembers what it was given, and writes each page that a turn asks for. */
  private final class Worker {
    private final String name;
    private final Turn turn;
    private final List<JobLease> running = new ArrayList<>();
    private final Set<JobLease> reading = new HashSet<>();
    private final List<EndedJob> ended = new ArrayList<>();
    private Set<String> notDue = Set.of();

    private Worker(String name, FleetSync... syncs) {
      this(name, LIMITS, syncs);
    }

    private Worker(String name, FleetLimits limits, FleetSync... syncs) {
      this.name = name;
      this.turn = new Turn(List.of(syncs), limits);
    }

    private Turn.Result turn(int free, Instant now) {
      Turn.Result result =
          turn.take(
              page,
              new Turn.Report(
                  name,
                  List.copyOf(running),
                  Set.copyOf(reading),
                  List.copyOf(ended),
                  free,
                  sources,
                  notDue,
                  worker -> heldUntil.getOrDefault(worker, Instant.EPOCH),
                  now));
      if (result.page() != null) {
        page = result.page();
      }
      ended.clear();
      running.addAll(result.leases());
      return result;
    }

    private void ends(JobLease lease, JobEnd.Outcome outcome, Instant startedAt) {
      ends(lease, outcome, CircuitReport.CLOSED, startedAt);
    }

    private void ends(
        JobLease lease, JobEnd.Outcome outcome, CircuitReport circuit, Instant startedAt) {
      running.remove(lease);
      ended.add(new EndedJob(lease, new JobEnd(outcome, circuit), startedAt, "v1", null));
    }
  }

  private Page page = Page.EMPTY;
  private Map<String, String> sources = Map.of();
  private Map<String, Instant> heldUntil = Map.of();

  private SyncEntry entry(String id) {
    return page.entries().get(id);
  }

  private static Instant at(int seconds) {
    return NOON.plusSeconds(seconds);
  }

  private static List<String> ids(List<JobLease> leases) {
    return leases.stream().map(lease -> lease.job().sync().id()).toList();
  }

  @Test
  void whatIsDueIsQueuedAndGivenOutAsPlacesAllow() {
    Worker worker = new Worker("w", ONE, TWO);

    Turn.Result first = worker.turn(1, NOON);

    assertThat(first.leases()).hasSize(1);
    assertThat(first.waiting()).isEqualTo(1);
    assertThat(page.entries().values())
        .extracting(entry -> entry.state(3))
        .containsExactlyInAnyOrder("leased", "waiting");
    assertThat(ids(worker.turn(9, at(1)).leases())).hasSize(1);
    assertThat(worker.turn(9, at(2)).leases()).isEmpty();
  }

  @Test
  void theEndOfAJobIsWrittenDownAndTheSyncIsDueAgainInItsTime() {
    Worker worker = new Worker("w", ONE);
    JobLease lease = worker.turn(1, NOON).leases().get(0);
    worker.ends(lease, JobEnd.Outcome.DONE, at(1));
    assertThat(worker.turn(1, at(5)).leases()).isEmpty();

    assertThat(entry("a/one").last()).isEqualTo(new LastRun(at(1), at(5), at(5), 0, "v1"));
    assertThat(entry("a/one").lastOutcome()).isEqualTo(JobEnd.Outcome.DONE);
    assertThat(entry("a/one").state(3)).isEqualTo("idle");
    assertThat(ids(worker.turn(1, at(305)).leases())).containsExactly("a/one");
  }

  @Test
  void aPageIsWrittenOnlyWhereSomethingChangedOrASignOfLifeIsDue() {
    Worker worker = new Worker("w", ONE);
    assertThat(worker.turn(1, NOON).page()).isNotNull();
    assertThat(worker.turn(0, at(10)).page()).isNull();
    assertThat(worker.turn(0, at(20)).page()).isNotNull();
    assertThat(entry("a/one").job().heardOf()).isEqualTo(at(20));
    assertThat(new Worker("idle", ONE).turn(1, at(21)).page()).isNull();
  }

  @Test
  void jobsOfADeadWorkerAreGivenToAnotherAndItsLateEndIsRefused() {
    Worker dead = new Worker("dead", ONE);
    Worker other = new Worker("other", ONE);
    JobLease old = dead.turn(1, NOON).leases().get(0);
    assertThat(other.turn(1, at(59)).leases()).isEmpty();

    JobLease fresh = other.turn(1, at(60)).leases().get(0);

    assertThat(fresh.epoch()).isGreaterThan(old.epoch());
    dead.ends(old, JobEnd.Outcome.DONE, NOON);
    assertThat(dead.turn(0, at(61)).lost()).containsExactly(old);
    assertThat(entry("a/one").job().worker()).isEqualTo("other");
  }

  @Test
  void aWorkerThatOnlyCannotWriteThePageKeepsItsJobsWhileItSaysSoBesideIt() {
    Worker busy = new Worker("busy", ONE);
    Worker other = new Worker("other", ONE);
    JobLease lease = busy.turn(1, NOON).leases().get(0);
    heldUntil = Map.of("busy", at(110));

    assertThat(other.turn(1, at(109)).leases()).isEmpty();
    assertThat(entry("a/one").job().epoch()).isEqualTo(lease.epoch());
    assertThat(other.turn(1, at(110)).leases()).hasSize(1);
  }

  @Test
  void anEpochIsNeverGivenTwiceAlsoAfterAllJobsHaveEnded() {
    Worker worker = new Worker("w", ONE);
    JobLease first = worker.turn(1, NOON).leases().get(0);
    worker.ends(first, JobEnd.Outcome.DONE, NOON);
    worker.turn(0, at(1));

    JobLease second = worker.turn(1, at(400)).leases().get(0);

    assertThat(second.epoch()).isGreaterThan(first.epoch());
  }

  @Test
  void aWorkerWhoseBeatIsLateKeepsWhatNobodyElseTook() {
    Worker worker = new Worker("w", ONE);
    JobLease lease = worker.turn(1, NOON).leases().get(0);

    Turn.Result late = worker.turn(1, at(300));

    assertThat(late.leases()).isEmpty();
    assertThat(late.lost()).isEmpty();
    worker.ends(lease, JobEnd.Outcome.DONE, NOON);
    assertThat(worker.turn(0, at(301)).lost()).isEmpty();
  }

  @Test
  void aRunningJobThatAnotherWorkerHasNowIsSaidToBeLost() {
    Worker slow = new Worker("slow", ONE);
    JobLease lease = slow.turn(1, NOON).leases().get(0);
    new Worker("other", ONE).turn(1, at(60));

    assertThat(slow.turn(0, at(61)).lost()).containsExactly(lease);
  }

  @Test
  void aLeaseOfWhichTheWorkerNeverHeardIsFreeAtOnce() {
    Worker worker = new Worker("w", ONE);
    worker.turn(1, NOON);
    worker.running.clear(); // the commit went through, its answer did not

    assertThat(ids(worker.turn(1, at(1)).leases())).containsExactly("a/one");
  }

  @Test
  void jobsOfSyncsThatAWorkerDoesNotKnowAreLeftAloneAndCountForTheShares() {
    FleetLimits one = new FleetLimits(1, 1, Duration.ofMinutes(1), 3);
    Worker worker = new Worker("w", one, ONE, OTHER);
    assertThat(worker.turn(1, NOON).leases()).hasSize(1);
    worker.running.clear();
    page = Page.EMPTY;
    new Worker("stranger", one, TWO).turn(1, NOON);

    Turn.Result result = worker.turn(9, at(1));

    assertThat(ids(result.leases())).containsExactly("b/other");
    assertThat(entry("a/two").job().worker()).isEqualTo("stranger");
    assertThat(ids(worker.turn(9, at(61)).leases())).containsExactly("a/one");
    assertThat(entry("a/two").state(3)).isEqualTo("waiting");
  }

  @Test
  void anAccountThatIsThrottledIsHeldForAllItsSyncsAndTriedByOneFirst() {
    Worker worker = new Worker("w", ONE, TWO, OTHER);
    JobLease lease =
        worker.turn(9, NOON).leases().stream()
            .filter(given -> given.job().sync().equals(ONE))
            .findFirst()
            .orElseThrow();
    CircuitReport open = new CircuitReport("open", NOON, at(120), 2, "HTTP_503");
    worker.ends(lease, JobEnd.Outcome.DEFERRED, open, NOON);
    Turn.Result held = worker.turn(9, at(1));

    assertThat(held.leases()).isEmpty();
    assertThat(held.held()).containsExactly(new HeldAccount("a/crm", 1, "HTTP_503", at(120)));
    assertThat(entry("a/two").held()).isEqualTo(open);
    assertThat(entry("b/other").held()).isEqualTo(CircuitReport.CLOSED);
    List.copyOf(worker.running).forEach(one -> worker.ends(one, JobEnd.Outcome.DONE, NOON));
    worker.turn(0, at(2));
    Worker successor = new Worker("successor", ONE, TWO);
    assertThat(successor.turn(9, at(119)).leases()).isEmpty();

    List<JobLease> probe = successor.turn(9, at(120)).leases();

    assertThat(probe).hasSize(1);
    assertThat(probe.get(0).probe()).isTrue();
    successor.ends(probe.get(0), JobEnd.Outcome.DONE, at(121));
    successor.turn(0, at(122));
    assertThat(entry("a/one").held()).isEqualTo(CircuitReport.CLOSED);
  }

  @Test
  void aSyncThatKeepsFailingIsParkedOnceUntilSomebodyResumesIt() {
    Worker worker = new Worker("w", ONE);
    List<FleetSync> parked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      JobLease lease = worker.turn(1, at(i * 600)).leases().get(0);
      worker.ends(lease, JobEnd.Outcome.FAILED, at(i * 600));
      parked.addAll(worker.turn(0, at(i * 600 + 1)).parked());
    }
    assertThat(parked).containsExactly(ONE);
    assertThat(entry("a/one").state(3)).isEqualTo("parked");
    assertThat(worker.turn(1, at(10_000)).leases()).isEmpty();

    wish(Wish.RESUME, at(10_001), ONE);

    assertThat(ids(worker.turn(1, at(10_002)).leases())).containsExactly("a/one");
  }

  private void wish(Wish wish, Instant now, FleetSync... known) {
    Target.Granted granted = new Target.OneTenant("a").grant(wish, page, List.of(known), now);
    page = granted.page() == null ? page : granted.page();
  }

  @Test
  void aPausedSyncIsRunOnlyWhenItIsTriggered() {
    Worker worker = new Worker("w", ONE, OTHER);
    wish(Wish.PAUSE, NOON, ONE, OTHER);
    assertThat(ids(worker.turn(9, NOON).leases())).containsExactly("b/other");
    assertThat(entry("a/one").state(3)).isEqualTo("paused");

    wish(Wish.TRIGGER, at(1));
    JobLease lease = worker.turn(9, at(2)).leases().get(0);
    worker.ends(lease, JobEnd.Outcome.DONE, at(2));
    assertThat(worker.turn(9, at(600)).leases()).isEmpty();

    wish(Wish.RESUME, at(601));
    assertThat(ids(worker.turn(9, at(602)).leases())).contains("a/one");
  }

  @Test
  void aSyncThatComesLaterIsPausedWithItsTenantOrItsAccount() {
    wish(Wish.PAUSE, NOON, ONE);
    Worker worker = new Worker("w", ONE, TWO, OTHER);
    assertThat(ids(worker.turn(9, NOON).leases())).containsExactly("b/other");
    assertThat(entry("a/two").state(3)).isEqualTo("paused");
    page = new Target.OneAccount("a", "ads").grant(Wish.PAUSE, page, List.of(ADS), at(1)).page();

    wish(Wish.RESUME, at(2));

    assertThat(page.paused()).as("a tenant's accounts are resumed with it").isEmpty();
    assertThat(ids(new Worker("w2", ONE, TWO, ADS).turn(9, at(3)).leases()))
        .containsExactlyInAnyOrder("a/one", "a/two", "a/audience");
  }

  @Test
  void whatIsPausedAsAWholeSaysNothingOfOthers() {
    page = new Target.OneAccount("a", "ads").grant(Wish.PAUSE, page, List.of(ADS), NOON).page();
    FleetSync later = sync("a/ads/later", Priority.NORMAL);

    assertThat(ids(new Worker("w", ONE, ADS, later).turn(9, at(1)).leases()))
        .containsExactly("a/one");
    assertThat(new Target.OneTenant("nobody").grant(Wish.PAUSE, page, List.of(), NOON).page())
        .as("who is unknown is not paused")
        .isNull();
  }

  @Test
  void pausingTakesAWaitingJobOutAndLeavesARunningOne() {
    Worker worker = new Worker("w", ONE, TWO);
    JobLease lease = worker.turn(1, NOON).leases().get(0);
    wish(Wish.PAUSE, at(1));

    assertThat(worker.turn(1, at(2)).leases()).isEmpty();
    worker.ends(lease, JobEnd.Outcome.DONE, NOON);
    assertThat(worker.turn(1, at(3)).lost()).isEmpty();
  }

  @Test
  void aJobThatReadsForLongLeavesItsAccountsPlaceAndNotItsTenants() {
    FleetLimits one = new FleetLimits(2, 1, Duration.ofMinutes(1), 3);
    FleetSync third = sync("a/crm/three", Priority.NORMAL);
    Worker worker = new Worker("w", one, ONE, TWO, third);
    JobLease slow = worker.turn(9, NOON).leases().get(0);
    assertThat(worker.turn(9, at(5)).leases()).isEmpty();
    worker.reading.add(slow);

    assertThat(worker.turn(9, at(10)).leases()).hasSize(1);
    assertThat(entry(slow.job().sync().id()).job().reading()).isTrue();
    assertThat(worker.turn(9, at(11)).leases()).as("a tenant has two places").isEmpty();
    worker.reading.clear();
    worker.turn(9, at(12));
    assertThat(entry(slow.job().sync().id()).job().reading()).isFalse();
    worker.ends(slow, JobEnd.Outcome.DONE, NOON);
    assertThat(worker.turn(9, at(13)).leases()).as("the other one has the place").isEmpty();
  }

  @Test
  void whatASyncWithoutAFileWasAtIsTakenNoteOfWhenItEnds() {
    Worker worker = new Worker("w", ONE, TWO);
    JobLease lease =
        worker.turn(9, NOON).leases().stream()
            .filter(given -> given.job().sync().equals(TWO))
            .findFirst()
            .orElseThrow();
    Worker since = new Worker("w", ONE);
    since.running.addAll(worker.running);
    since.ends(lease, JobEnd.Outcome.DONE, at(1));

    assertThat(since.turn(9, at(5)).lost()).isEmpty();
    assertThat(entry("a/two").job()).isNull();
    assertThat(entry("a/two").lastOutcome()).isEqualTo(JobEnd.Outcome.DONE);
  }

  @Test
  void cancellingEndsARunningJobAndPassesOverAWaitingOne() {
    Worker worker = new Worker("w", ONE, TWO);
    JobLease lease = worker.turn(1, NOON).leases().get(0);
    String running = lease.job().sync().id();
    wish(Wish.CANCEL, at(1));

    Turn.Result result = worker.turn(1, at(2));

    assertThat(result.cancelled()).containsExactly(running);
    assertThat(result.leases()).isEmpty();
    worker.ends(lease, JobEnd.Outcome.DONE, NOON);
    worker.turn(1, at(3));
    assertThat(worker.turn(9, at(400)).leases()).hasSize(2);
  }

  @Test
  void whoRunsEachSyncOnceStillRunsWhatFollowsFromIt() {
    FleetSync child =
        sync("a/crm/child", Priority.NORMAL, FleetSyncs.after(OnParentFailure.STOP, "one"));
    Worker worker = new Worker("w", ONE, child);
    JobLease lease = worker.turn(9, NOON).leases().get(0);
    worker.ends(lease, JobEnd.Outcome.DONE, NOON);
    worker.notDue = Set.of("a/one");

    assertThat(ids(worker.turn(9, at(600)).leases())).containsExactly("a/child");
  }

  @Test
  void aSyncOfAChangingSourceIsDueOncePerVersion() {
    FleetSync watching = sync("a/crm/watching", Priority.HIGH, new Schedule.OnChange());
    Worker worker = new Worker("w", watching);
    assertThat(worker.turn(9, NOON).leases()).isEmpty();
    sources = Map.of("a/watching", "v1");
    JobLease lease = worker.turn(9, at(1)).leases().get(0);
    worker.ends(lease, JobEnd.Outcome.DONE, at(1));

    assertThat(worker.turn(9, at(2)).leases()).isEmpty();
    sources = Map.of("a/watching", "v2");
    assertThat(worker.turn(9, at(3)).leases()).hasSize(1);
  }

  @Test
  void aWishForSyncsThatNobodyKnowsMeansNone() {
    Target.Granted granted =
        new Target.OneSync("a", "nobody").grant(Wish.PAUSE, page, List.of(ONE), NOON);

    assertThat(granted.meant()).isEmpty();
    assertThat(granted.page()).isNull();
  }
}
