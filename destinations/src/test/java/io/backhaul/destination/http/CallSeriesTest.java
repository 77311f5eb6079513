/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One test for each row of the table. */
class CallSeriesTest {

  private static final Duration LONG = Duration.ofSeconds(9);

  private final List<CallSeries.Part> made = new ArrayList<>();

  /** Six records in calls of {@code size}, the {@code n}th of which fails so. */
  private Delivery.Settled run(int size, int n, boolean repeatable, DestinationException failure) {
    List<Change> changes =
        IntStream.range(0, 6)
            .mapToObj(i -> new Change("{\"k\":" + i + "}", Op.UPSERT, "{}", null, i, ""))
            .toList();
    List<CallSeries.Part> parts = new ArrayList<>();
    for (int from = 0; from < changes.size(); from += size) {
      HttpCall call = HttpCall.get(URI.create("http://localhost/" + from));
      parts.add(new CallSeries.Part(call, changes.subList(from, from + size)));
    }
    made.clear();
    return CallSeries.of(
        new Batch("b", "o", Op.UPSERT, changes),
        List.of(),
        parts,
        repeatable,
        part -> {
          made.add(part);
          if (made.size() == n) {
            throw failure;
          }
          List<RecordResult> results = new ArrayList<>();
          part.changes().forEach(one -> results.add(new RecordResult.Applied(one.key(), null)));
          return new CallSeries.Read(results, 200, RateHint.NONE);
        });
  }

  private Kind thrown(int size, boolean repeatable, DestinationException failure) {
    return catchThrowableOfType(DestinationException.class, () -> run(size, 1, repeatable, failure))
        .kind();
  }

  private static List<String> kinds(Delivery.Settled settled) {
    return settled.results().stream().map(each -> each.getClass().getSimpleName()).toList();
  }

  private static DestinationException poisoned() {
    return DestinationException.poisoned("BAD", "f", 422, "no");
  }

  private static DestinationException unavailable() {
    return DestinationException.unavailable("SLOW", 429, LONG, "slow");
  }

  private static DestinationException inDoubt() {
    return DestinationException.inDoubt("TIMEOUT", 0, "lost");
  }

  @Test
  void aPoisonedRecordIsRejectedAndTheOthersGoOn() {
    for (int n : new int[] {1, 3}) {
      Delivery.Settled settled = run(1, n, true, poisoned());
      assertThat(settled.results().get(n - 1))
          .isEqualTo(new RecordResult.Rejected("{\"k\":" + (n - 1) + "}", "BAD", "f", "no"));
      assertThat(kinds(settled)).filteredOn("Applied"::equals).hasSize(5);
      assertThat(made).hasSize(6);
    }
  }

  @Test
  void severalPoisonedRecordsAreTakenApartByWhoeverAskedForThem() {
    assertThat(thrown(2, true, poisoned())).isEqualTo(Kind.POISONED);
    assertThat(kinds(run(2, 2, true, poisoned())))
        .containsExactly("Applied", "Applied", "Retry", "Retry", "Applied", "Applied");
  }

  @Test
  void whatWasRefusedOrPutOffIsAskedForAgainWithAllThatFollows() {
    assertThat(thrown(1, true, unavailable())).isEqualTo(Kind.UNAVAILABLE);
    Delivery.Settled settled = run(2, 2, false, unavailable());
    assertThat(kinds(settled))
        .containsExactly("Applied", "Applied", "Retry", "Retry", "Retry", "Retry");
    assertThat(settled.rateHint().pause()).isEqualTo(LONG);
    assertThat(settled.httpStatus()).isEqualTo(429);
    assertThat(made).hasSize(2);
    assertThat(thrown(1, true, DestinationException.refused("NO", 403, "no")))
        .isEqualTo(Kind.REFUSED);
  }

  @Test
  void doubtIsPassedOnWhereRepeatingDoesNoHarmAndElseOfTheCallsOwnRecordsAlone() {
    assertThat(thrown(1, true, inDoubt())).isEqualTo(Kind.IN_DOUBT);
    assertThat(kinds(run(2, 2, true, inDoubt())))
        .containsExactly("Applied", "Applied", "Retry", "Retry", "Retry", "Retry");
    assertThat(kinds(run(2, 1, false, inDoubt())))
        .containsExactly("Unknown", "Unknown", "Retry", "Retry", "Retry", "Retry");
    assertThat(kinds(run(2, 2, false, inDoubt())))
        .containsExactly("Applied", "Applied", "Unknown", "Unknown", "Retry", "Retry");
  }

  @Test
  void anAnswerThatCannotBeIsABreachUnlessOthersWereGood() {
    DestinationException breach = DestinationException.contradictory(200, "html");
    assertThat(thrown(1, true, breach)).isEqualTo(Kind.CONTRADICTORY);
    assertThat(kinds(run(2, 2, true, breach)))
        .containsExactly("Applied", "Applied", "Unknown", "Unknown", "Retry", "Retry");
  }

  @Test
  void whenTheAllowanceIsUsedUpTheRestIsLeftForLater() {
    List<Change> changes =
        IntStream.range(0, 3)
            .mapToObj(i -> new Change("{\"k\":" + i + "}", Op.UPSERT, "{}", null, i, ""))
            .toList();
    Delivery.Settled settled =
        CallSeries.of(
            new Batch("b", "o", Op.UPSERT, changes),
            List.of(),
            changes.stream().map(CallSeriesTest::lastOfTheAllowance).toList(),
            true);

    assertThat(settled.results())
        .containsExactly(
            new RecordResult.Applied("{\"k\":0}", null),
            new RecordResult.Retry("{\"k\":1}", "NOT_SENT"),
            new RecordResult.Retry("{\"k\":2}", "NOT_SENT"));
    assertThat(settled.rateHint().pause()).isEqualTo(LONG);
  }

  private static CallSeries.Call lastOfTheAllowance(Change change) {
    return new CallSeries.Call() {
      @Override
      public List<Change> changes() {
        return List.of(change);
      }

      @Override
      public CallSeries.Read make() {
        return new CallSeries.Read(
            List.of(new RecordResult.Applied(change.key(), null)), 200, new RateHint(LONG));
      }
    };
  }
}
