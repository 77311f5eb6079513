/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import static io.backhaul.jobs.fleet.FleetSyncs.at;
import static io.backhaul.jobs.fleet.FleetSyncs.job;
import static io.backhaul.jobs.fleet.FleetSyncs.open;
import static io.backhaul.jobs.fleet.FleetSyncs.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.spec.Priority;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FairLineTest {

  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private static FairLine line(int perTenant, int perAccount) {
    return new FairLine(new FleetLimits(perTenant, perAccount, Duration.ofMinutes(1), 5));
  }

  @Test
  void tenantsTakeTurnsHoweverManyJobsOneHas() {
    FairLine line = line(10, 10);
    for (int i = 0; i < 5; i++) {
      line.add(job("big/crm/s" + i, Priority.NORMAL, i));
    }
    line.add(job("small/crm/s", Priority.NORMAL, 9));
    line.add(job("other/crm/s", Priority.NORMAL, 8));

    assertThat(take(line, 4, at(10))).containsExactly("big/s0", "other/s", "small/s", "big/s1");
  }

  @Test
  void theCapsOfATenantAndOfAnAccountHold() {
    FairLine line = line(3, 2);
    for (int i = 0; i < 5; i++) {
      line.add(job("a/crm/c" + i, Priority.NORMAL, 0));
      line.add(job("a/mail/m" + i, Priority.NORMAL, 1));
    }

    assertThat(take(line, 9, at(10))).containsExactly("a/c0", "a/c1", "a/m0");
    line.left(job("a/crm/c0", Priority.NORMAL, 0));
    assertThat(take(line, 9, at(10))).containsExactly("a/c2");
  }

  @Test
  void aJobThatReadsForLongTakesNoPlaceOfItsAccountUnlessTheAccountIsOnTrial() {
    FairLine line = line(9, 1);
    for (int i = 0; i < 4; i++) {
      line.add(job("a/crm/c" + i, Priority.NORMAL, i));
    }
    assertThat(take(line, 9, at(10))).containsExactly("a/c0");
    line.reads(job("a/crm/c0", Priority.NORMAL, 0));
    assertThat(take(line, 9, at(10))).containsExactly("a/c1");
    line.left(job("a/crm/c0", Priority.NORMAL, 0));
    assertThat(take(line, 9, at(10))).isEmpty();
    line.left(job("a/crm/c1", Priority.NORMAL, 1));
    line.circuit("a/crm", open(1, 20));

    assertThat(take(line, 9, at(20))).containsExactly("a/c2");
    line.reads(job("a/crm/c2", Priority.NORMAL, 2));
    assertThat(take(line, 9, at(20))).as("one is enough to see").isEmpty();
  }

  @Test
  void prioritiesShareByWeightAndNoneStarves() {
    FairLine line = line(100, 100);
    for (int i = 0; i < 24; i++) {
      for (Priority priority : Priority.values()) {
        line.add(job("t" + i + "/crm/" + priority.wireName(), priority, 0));
      }
    }

    List<String> taken = take(line, 24, at(10));

    assertThat(taken).filteredOn(id -> id.endsWith("high")).hasSize(16);
    assertThat(taken).filteredOn(id -> id.endsWith("normal")).hasSize(6);
    assertThat(taken).filteredOn(id -> id.endsWith("low")).hasSize(2);
  }

  @Test
  void whatOnePriorityDoesNotNeedTheOthersGet() {
    FairLine line = line(100, 100);
    line.add(job("a/crm/x", Priority.LOW, 0));
    line.add(job("b/crm/y", Priority.LOW, 1));

    assertThat(take(line, 9, at(10))).containsExactly("a/x", "b/y");
  }

  @Test
  void theLastPlaceOfATenantGoesToWhoWaitedLongestForItsWeight() {
    FairLine line = line(1, 1);
    line.add(job("a/crm/high", Priority.HIGH, 10));
    line.add(job("a/crm/low", Priority.LOW, 0));

    assertThat(take(line, 1, at(11))).containsExactly("a/low"); // 11 minutes, and 8 times one
    line.left(job("a/crm/low", Priority.LOW, 0));
    line.add(job("a/crm/low", Priority.LOW, 5));
    assertThat(take(line, 1, at(12))).containsExactly("a/high"); // 8 times 2, and 7
  }

  @Test
  void anOpenCircuitHoldsItsAccountAndNothingElseUntilItsTime() {
    FairLine line = line(10, 10);
    line.add(job("a/crm/one", Priority.HIGH, 0));
    line.add(job("a/crm/two", Priority.LOW, 1));
    line.add(job("a/mail/other", Priority.NORMAL, 2));
    line.circuit("a/crm", open(1, 20));

    assertThat(take(line, 9, at(19))).containsExactly("a/other");
    assertThat(line.held(at(19))).containsExactly(new HeldAccount("a/crm", 2, "HTTP_503", at(20)));
    assertThat(line.held(at(20))).isEmpty();
    assertThat(take(line, 9, at(20))).containsExactly("a/one"); // to see whether it works
    line.circuit("a/crm", CircuitReport.CLOSED);
    line.left(job("a/crm/one", Priority.HIGH, 0));
    assertThat(take(line, 9, at(20))).containsExactly("a/two");
  }

  @Test
  void aCircuitThatOpensAgainIsHeldAnew() {
    FairLine line = line(10, 10);
    line.add(job("a/crm/one", Priority.HIGH, 0));
    line.add(job("a/crm/two", Priority.HIGH, 1));
    line.circuit("a/crm", open(1, 1));
    assertThat(take(line, 9, at(1))).containsExactly("a/one");
    line.circuit("a/crm", open(2, 3));
    line.left(job("a/crm/one", Priority.HIGH, 0));

    assertThat(take(line, 9, at(2))).isEmpty();
    assertThat(take(line, 9, at(3))).containsExactly("a/two");
  }

  @Test
  void aCircuitMayBeKnownBeforeAnyJobOfItsAccount() {
    FairLine line = line(10, 10);
    line.circuit("a/crm", open(1, 2));
    line.add(job("a/crm/one", Priority.HIGH, 0));

    assertThat(take(line, 9, at(1))).isEmpty();
    assertThat(take(line, 9, at(2))).containsExactly("a/one");
  }

  @Test
  void whatWasAtWorkBeforeCountsForTheCaps() {
    FairLine line = line(10, 1);
    line.working(job("a/crm/one", Priority.HIGH, 0));
    line.add(job("a/crm/two", Priority.HIGH, 1));

    assertThat(take(line, 9, at(1))).isEmpty();
    line.left(job("a/crm/one", Priority.HIGH, 0));
    assertThat(take(line, 9, at(1))).containsExactly("a/two");
  }

  /** Against a model of sets: what is added is taken once, caps and circuits hold. */
  @Test
  void atRandomNothingIsLostDoubledOrAboveItsCap() {
    Random random = new Random(4711);
    FairLine line = line(3, 2);
    Deque<Job> atWork = new ArrayDeque<>();
    Map<String, Integer> byTenant = new HashMap<>();
    Map<String, Integer> byAccount = new HashMap<>();
    Map<String, Integer> openUntil = new HashMap<>();
    Set<Job> waiting = Collections.newSetFromMap(new HashMap<>());
    Set<String> known = new HashSet<>();
    int taken = 0;
    for (int minute = 0; minute < 20_000; minute++) {
      int what = random.nextInt(10);
      if (what < 3) {
        String path = "t%d/d%d/s%d".formatted(random.nextInt(4), random.nextInt(3), minute);
        Job job = job(path, PRIORITIES.get(random.nextInt(3)), minute);
        line.add(job);
        waiting.add(job);
        known.add(job.sync().account());
      } else if (what < 6) {
        Optional<Job> job = line.take(at(minute));
        int now = minute;
        if (job.isPresent()) {
          taken++;
          String account = job.get().sync().account();
          assertThat(waiting.remove(job.get())).isTrue();
          atWork.add(job.get());
          String tenant = job.get().sync().tenant();
          assertThat(byTenant.merge(tenant, 1, Integer::sum)).isLessThanOrEqualTo(3);
          int most = openUntil.containsKey(account) ? 1 : 2;
          assertThat(byAccount.merge(account, 1, Integer::sum)).isLessThanOrEqualTo(most);
          assertThat(openUntil.getOrDefault(account, 0)).isLessThanOrEqualTo(now);
        } else {
          assertThat(waiting)
              .allSatisfy(
                  held -> {
                    String account = held.sync().account();
                    boolean open = openUntil.containsKey(account);
                    int most = !open ? 2 : openUntil.get(account) <= now ? 1 : 0;
                    assertThat(
                            byTenant.getOrDefault(held.sync().tenant(), 0) >= 3
                                || byAccount.getOrDefault(account, 0) >= most)
                        .isTrue();
                  });
        }
      } else if (what < 9 && !atWork.isEmpty()) {
        Job job = atWork.remove();
        line.left(job);
        byTenant.merge(job.sync().tenant(), -1, Integer::sum);
        byAccount.merge(job.sync().account(), -1, Integer::sum);
      } else if (!known.isEmpty()) {
        String account =
            known.stream().sorted().skip(random.nextInt(known.size())).findFirst().orElseThrow();
        if (random.nextBoolean()) {
          line.circuit(account, open(1, minute + 20));
          openUntil.put(account, minute + 20);
        } else {
          line.circuit(account, CircuitReport.CLOSED);
          openUntil.remove(account);
        }
      }
      assertThat(line.size()).isEqualTo(waiting.size());
    }
    assertThat(taken).isGreaterThan(3_000);
  }
}
