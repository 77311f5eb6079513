/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.send.Circuit;
import io.backhaul.destination.send.CircuitReport;
import io.backhaul.destination.send.Permits;
import io.backhaul.destination.send.SteadyPermits;
import io.backhaul.destination.testkit.RecordingSleeper;
import io.backhaul.destination.testkit.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several processes at one account; time is a list of events, and messages take none. */
class AccountsTest {

  private static final String ID = "acme/crm";
  private static final int PROCESSES = 4;
  private static final Duration RUN = Duration.ofSeconds(10);

  private final SettableClock clock = SettableClock.atNoon();
  private final RecordingSleeper sleeper = new RecordingSleeper(clock);
  private final Accounts accounts = new Accounts(clock);
  private long messages;

  private final AccountDesk desk =
      new AccountDesk() {
        @Override
        public AccountAnswer ask(AccountRequest request) {
          messages++;
          return accounts.ask(request);
        }

        @Override
        public void tell(AccountRequest request) {
          messages++;
          accounts.tell(request);
        }
      };

  private SharedAccount process(int number, double rate) {
    Permits alone = new SteadyPermits(ID, rate / PROCESSES, clock);
    return new SharedAccount(ID, "executor" + number, rate, desk, alone, clock);
  }

  private Circuit circuit(int process) throws InterruptedException {
    return process(process, 100).circuit(CircuitReport.CLOSED, sleeper);
  }

  /** Someone who sends, waits for the answer, and sends again. */
  private record Caller(Permits permits, Instant ready) {}

  /** When requests of so many callers a process were made, in order. */
  private List<Instant> requests(List<? extends Permits> processes, int callers, Duration latency)
      throws InterruptedException {
    Instant start = clock.instant();
    PriorityQueue<Caller> queue = new PriorityQueue<>(Comparator.comparing(Caller::ready));
    for (Permits process : processes) {
      IntStream.range(0, callers).forEach(i -> queue.add(new Caller(process, start)));
    }
    List<Instant> requests = new ArrayList<>();
    while (queue.peek().ready().isBefore(start.plus(RUN))) {
      Caller caller = queue.poll();
      clock.set(caller.ready());
      Instant sent = caller.ready().plus(caller.permits().reserve());
      requests.add(sent);
      queue.add(new Caller(caller.permits(), sent.plus(latency)));
    }
    requests.sort(Comparator.naturalOrder());
    return requests;
  }

  private static long mostInASecond(List<Instant> requests) {
    int most = 0;
    for (int from = 0, to = 0; to < requests.size(); to++) {
      while (!requests.get(to).isBefore(requests.get(from).plusSeconds(1))) {
        from++;
      }
      most = Math.max(most, to - from + 1);
    }
    return most;
  }

  @ParameterizedTest
  @CsvSource({"5, 20", "10, 200", "50, 5", "333, 20", "333, 80", "2000, 10"})
  @Tag("fault-11")
  void fourProcessesTogetherKeepToTheRateAndUseIt(double rate, long latencyMillis)
      throws InterruptedException {
    List<SharedAccount> processes =
        IntStream.range(0, PROCESSES).mapToObj(i -> process(i, rate)).toList();

    List<Instant> requests = requests(processes, 8, Duration.ofMillis(latencyMillis));

    assertThat((double) mostInASecond(requests)).isLessThanOrEqualTo(rate * 1.1 + 1);
    assertThat((double) requests.size()).isGreaterThan(rate * RUN.toSeconds() * 0.9);
  }

  @Test
  @Tag("twin-11")
  void processesThatEachTakeThemselvesForTheOnlyOneSendFourTimesAsMuch()
      throws InterruptedException {
    List<SteadyPermits> processes =
        IntStream.range(0, PROCESSES).mapToObj(i -> new SteadyPermits(ID, 50, clock)).toList();

    assertThat(mostInASecond(requests(processes, 8, Duration.ofMillis(5)))).isGreaterThan(190);
  }

  @Test
  void aFastAccountCostsFewMessages() throws InterruptedException {
    List<SharedAccount> processes =
        IntStream.range(0, PROCESSES).mapToObj(i -> process(i, 2000)).toList();

    List<Instant> requests = requests(processes, 8, Duration.ofMillis(5));

    assertThat(messages).isLessThan(requests.size() / 10);
  }

  @Test
  void oneProcessAloneHasTheWholeRateAndThePermitsOfADeadOneComeBackByTime()
      throws InterruptedException {
    SharedAccount dead = process(1, 100);
    requests(List.of(dead), 8, Duration.ofMillis(5)); // its last chunk is as large as can be
    Instant death = clock.instant();

    List<Instant> requests = requests(List.of(process(2, 100)), 8, Duration.ofMillis(5));

    assertThat(requests.get(0)).isBefore(death.plusMillis(250));
    assertThat(mostInASecond(requests)).isBetween(95L, 111L);
  }

  @Test
  void permitsThatLieTooLongLapse() throws InterruptedException {
    SharedAccount account = process(1, 1000);
    for (int i = 0; i < 40; i++) { // chunks grow
      clock.advance(account.reserve());
    }
    clock.advance(Duration.ofMinutes(1));

    int atOnce = 0;
    while (account.reserve().isZero()) {
      atOnce++;
    }

    assertThat(atOnce).isLessThanOrEqualTo(1);
  }

  @Test
  void withoutAnAnswerAProcessKeepsToItsOwnShare() throws InterruptedException {
    AccountDesk silent =
        new AccountDesk() {
          @Override
          public AccountAnswer ask(AccountRequest request) throws IOException {
            throw new IOException("nobody there");
          }

          @Override
          public void tell(AccountRequest request) {}
        };
    SharedAccount account =
        new SharedAccount(ID, "1", 100, silent, new SteadyPermits(ID, 25, clock), clock);

    List<Instant> requests = requests(List.of(account), 8, Duration.ofMillis(5));

    assertThat(requests.size() / RUN.toSeconds()).isBetween(24L, 26L);
    Circuit circuit = account.circuit(CircuitReport.CLOSED, sleeper);
    assertThat(circuit.tryBegin()).isPresent();
  }

  @Test
  void aPauseThatOneWasAskedForHoldsBackTheOthersFromTheirNextChunkOn()
      throws InterruptedException {
    SharedAccount one = process(1, 100);
    SharedAccount other = process(2, 100);

    one.pause(Duration.ofSeconds(30));

    other.reserve();
    assertThat(other.pauseLeft()).isEqualTo(Duration.ofSeconds(30));
    clock.advance(Duration.ofSeconds(10));
    assertThat(other.pauseLeft()).isEqualTo(Duration.ofSeconds(20));
  }

  private static void fail(Circuit circuit) throws InterruptedException {
    circuit.failed(circuit.tryBegin().orElseThrow(), "HTTP_503");
  }

  private void openByBoth(Circuit one, Circuit other) throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      fail(one);
    }
    fail(other);
    fail(other);
  }

  @Test
  @Tag("fault-12")
  void fiveFailuresInARowAnywhereOpenItForAll() throws InterruptedException {
    Circuit one = circuit(1);
    Circuit other = circuit(2);
    List<String> states = new ArrayList<>();
    one.onChange(states::add);

    openByBoth(one, other);

    assertThat(one.tryBegin()).isEmpty();
    assertThat(one.pauseLeft()).isEqualTo(Duration.ofMinutes(1));
    assertThat(states).containsExactly("open");
    assertThat(one.report().lastError()).isEqualTo("HTTP_503");
    assertThat(accounts.circuit(ID).orElseThrow().state()).isEqualTo("open");
    assertThat(circuit(3).pauseLeft()).as("a third that comes later").isPositive();
  }

  @Test
  void whatWasKnownBeforeItWasClosedElsewhereIsForgotten() throws InterruptedException {
    Circuit one = circuit(1);
    for (int i = 0; i < 5; i++) {
      fail(one);
    }
    Instant openedAt = clock.instant();
    accounts.lift(ID, openedAt);
    assertThat(circuit(2).pauseLeft()).as("closed before it opened").isPositive();

    accounts.lift(ID, openedAt.plusMillis(1));
    accounts.lift("acme/nobody", openedAt);

    assertThat(accounts.circuit(ID).orElseThrow().state()).isEqualTo("closed");
    assertThat(circuit(3).pauseLeft()).isZero();
    assertThat(circuit(3).tryBegin()).isPresent();
  }

  @Test
  void aSuccessAnywhereInBetweenKeepsItClosed() throws InterruptedException {
    Circuit one = circuit(1);
    Circuit other = circuit(2);
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 4; i++) {
        fail(one);
      }
      Circuit fresh = circuit(3); // has heard of the failures
      fresh.succeeded(fresh.tryBegin().orElseThrow());
    }

    assertThat(other.tryBegin()).isPresent();
    assertThat(accounts.circuit(ID).orElseThrow().state()).isEqualTo("closed");
  }

  @Test
  void successesThatWereNotToldAtOnceAreToldWithTheNextChunk() throws InterruptedException {
    SharedAccount busy = process(1, 100);
    Circuit one = busy.circuit(CircuitReport.CLOSED, sleeper);
    Circuit other = circuit(2);
    for (int i = 0; i < 4; i++) {
      fail(other);
    }
    one.succeeded(one.tryBegin().orElseThrow());
    busy.reserve();

    fail(other);

    assertThat(accounts.circuit(ID).orElseThrow().state()).isEqualTo("closed");
  }

  @Test
  @Tag("fault-12")
  void afterThePauseOneOfAllMakesTheTrialAndClosesItForAll() throws InterruptedException {
    Circuit one = circuit(1);
    Circuit other = circuit(2);
    openByBoth(one, other);
    clock.advance(Duration.ofMinutes(1));

    Circuit.Call trial = one.tryBegin().orElseThrow();

    assertThat(other.tryBegin()).isEmpty();
    other.awaitTrial();
    assertThat(sleeper.pauses()).hasSize(1);
    one.succeeded(trial);
    assertThat(other.tryBegin()).isPresent();
    assertThat(one.tryBegin()).isPresent();
    assertThat(other.report().state()).isEqualTo("closed");
  }

  @Test
  @Tag("fault-12")
  void aTrialThatFailsDoublesThePause() throws InterruptedException {
    Circuit one = circuit(1);
    openByBoth(one, circuit(2));
    clock.advance(Duration.ofMinutes(1));
    fail(one);

    assertThat(one.tryBegin()).isEmpty();
    assertThat(one.pauseLeft()).isEqualTo(Duration.ofMinutes(2));
    assertThat(one.report().consecutiveOpens()).isEqualTo(2);
  }

  @Test
  @Tag("fault-33")
  void aTrialOfAProcessThatDiesOrGivesItBackIsAnothers() throws InterruptedException {
    Circuit one = circuit(1);
    Circuit other = circuit(2);
    openByBoth(one, other);
    clock.advance(Duration.ofMinutes(1));
    one.released(one.tryBegin().orElseThrow());
    Circuit.Call trial = other.tryBegin().orElseThrow();
    assertThat(trial).isNotNull();
    assertThat(one.tryBegin()).isEmpty();

    accounts.lost("executor2");

    assertThat(one.tryBegin()).isPresent();
  }

  @Test
  void anAnswerThatComesLateDecidesNothing() throws InterruptedException {
    Circuit one = circuit(1);
    Circuit other = circuit(2);
    Circuit.Call slow = other.tryBegin().orElseThrow();
    Circuit.Call slowToo = other.tryBegin().orElseThrow();
    openByBoth(one, other);
    clock.advance(Duration.ofMinutes(1));
    assertThat(one.tryBegin()).isPresent();

    other.succeeded(slow);
    other.failed(slowToo, "TIMEOUT");

    assertThat(accounts.circuit(ID).orElseThrow().state()).isEqualTo("half_open");
  }

  @Test
  void whatAnotherApplicationFoundOutIsTakenOverAndWhatIsOldIsNot() throws InterruptedException {
    Instant now = clock.instant();
    CircuitReport news =
        new CircuitReport("open", now, now.plus(Duration.ofMinutes(4)), 3, "HTTP_500");
    SharedAccount account = process(1, 100);

    Circuit circuit = account.circuit(news, sleeper);

    assertThat(circuit.pauseLeft()).isEqualTo(Duration.ofMinutes(4));
    clock.advance(Duration.ofMinutes(4));
    circuit.succeeded(circuit.tryBegin().orElseThrow());
    assertThat(account.circuit(news, sleeper).tryBegin()).as("it is closed since").isPresent();
    assertThat(accounts.circuit(ID).orElseThrow().state()).isEqualTo("closed");
  }
}
