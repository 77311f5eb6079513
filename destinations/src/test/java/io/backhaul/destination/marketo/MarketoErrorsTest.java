/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import static io.backhaul.destination.marketo.MarketoBench.batch;
import static io.backhaul.destination.marketo.MarketoBench.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One row a code. */
class MarketoErrorsTest {

  private static DestinationException failure(MarketoBench bench, String code, String message) {
    bench.answers(
        "{\"requestId\":\"e42b#1\",\"success\":false,\"errors\":[{\"code\":\""
            + code
            + "\",\"message\":\""
            + message
            + "\"}]}");
    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class,
            () ->
                bench
                    .destination()
                    .write(
                        batch(
                            "leads",
                            change(
                                Op.UPSERT,
                                "{\"n\":1}",
                                "{\"email\":\"zelda@example.com\"}",
                                null))));
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.httpStatus()).isEqualTo(200);
    return failure;
  }

  @ParameterizedTest
  @CsvSource({
    "500, IN_DOUBT, 0",
    "502, IN_DOUBT, 0",
    "601, UNAVAILABLE, 0",
    "602, UNAVAILABLE, 0",
    "604, UNAVAILABLE, 0",
    "606, UNAVAILABLE, 20",
    "607, UNAVAILABLE, 64800",
    "608, UNAVAILABLE, 30",
    "611, UNAVAILABLE, 30",
    "614, UNAVAILABLE, 30",
    "615, UNAVAILABLE, 2",
    "713, UNAVAILABLE, 0",
    "719, UNAVAILABLE, 0",
    "1016, UNAVAILABLE, 30",
    "1019, UNAVAILABLE, 30",
    "603, REFUSED, 0",
    "605, REFUSED, 0",
    "610, REFUSED, 0",
    "612, REFUSED, 0",
    "613, REFUSED, 0",
    "616, REFUSED, 0",
    "702, REFUSED, 0",
    "703, REFUSED, 0",
    "709, REFUSED, 0",
    "799, REFUSED, 0",
    "1006, REFUSED, 0",
    "1009, REFUSED, 0",
    "1013, REFUSED, 0",
    "609, POISONED, 0",
    "701, POISONED, 0",
    "704, POISONED, 0",
    "1001, POISONED, 0",
    "1003, POISONED, 0",
    "1099, POISONED, 0"
  })
  void anErrorOfACallHasStatus200(String code, Kind kind, long seconds) {
    try (MarketoBench bench = new MarketoBench("{}")) {
      DestinationException failure = failure(bench, code, "words of zelda@example.com");
      assertThat(failure.kind()).isEqualTo(kind);
      assertThat(failure.rateHint().pause()).hasSeconds(seconds);
      assertThat(failure).hasMessageContaining("words").hasMessageNotContaining("zelda");
    }
  }

  @Test
  void theDailyQuotaBeginsAnewAtMidnightInTheMiddleOfAmerica() {
    try (MarketoBench bench = new MarketoBench("{}")) {
      bench.clock.advance(
          Duration.between(bench.clock.instant(), Instant.parse("2026-07-01T04:59:30Z")));
      Duration summer = failure(bench, "607", "Daily quota reached").rateHint().pause();
      assertThat(summer).hasSeconds(30);
    }
  }

  @Test
  void aFieldIsNamedInTheMessage() {
    assertThat(MarketoErrors.field("Field 'shoeSize' not found")).isEqualTo("shoeSize");
    assertThat(MarketoErrors.field("Value for lookup field 'email' not found")).isEqualTo("email");
    assertThat(MarketoErrors.field("Field \u2018a b\u2019 not supported")).isEqualTo("a b");
    assertThat(MarketoErrors.field("Lead not found")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "UPSERT, 1019, Retry", "UPSERT, 1016, Retry", "UPSERT, 713, Retry",
    "UPSERT, 1003, Rejected", "UPSERT, 1004, Rejected", "UPSERT, 1006, Rejected",
    "UPSERT, 1007, Rejected", "UPSERT, 1036, Rejected", "UPSERT, 1099, Rejected",
    "DELETE, 1004, Applied", "DELETE, 1013, Applied", "DELETE, 1015, Applied",
    "DELETE, 1022, Rejected"
  })
  void anErrorOfARecordIsItsOwn(Op op, String code, String result) {
    try (MarketoBench bench = new MarketoBench("{}")) {
      bench.answers(
          "{\"success\":true,\"result\":[{\"id\":8,\"status\":\"skipped\",\"reasons\":[{\"code\":\""
              + code
              + "\",\"message\":\"Field 'email' is so\"}]}]}");
      String fields = op == Op.DELETE ? null : "{\"email\":\"a@example.com\"}";
      Delivery.Settled settled =
          (Delivery.Settled)
              bench
                  .destination()
                  .write(
                      batch(
                          "leads", change(op, "{\"n\":1}", fields, op == Op.DELETE ? "8" : null)));
      RecordResult only = settled.results().get(0);
      assertThat(only.getClass().getSimpleName()).isEqualTo(result);
      if (only instanceof RecordResult.Rejected rejected) {
        assertThat(rejected.code()).isEqualTo(code);
        assertThat(rejected.field()).isEqualTo("email");
      }
    }
  }

  @Test
  void aSuccessThatIsNotSaidIsNone() {
    for (String body :
        new String[] {
          "{\"result\":[{\"id\":1,\"status\":\"created\"}]}",
          "{\"success\":true}",
          "{\"success\":true,\"result\":[]}",
          "{\"success\":\"yes\",\"result\":[{\"id\":1,\"status\":\"created\"}]}"
        }) {
      try (MarketoBench bench = new MarketoBench("{}")) {
        bench.answers(body);
        DestinationException failure =
            catchThrowableOfType(
                DestinationException.class,
                () ->
                    bench
                        .destination()
                        .write(
                            batch(
                                "leads",
                                change(
                                    Op.UPSERT,
                                    "{\"n\":1}",
                                    "{\"email\":\"a@example.com\"}",
                                    null))));
        assertThat(failure.kind()).as(body).isEqualTo(Kind.CONTRADICTORY);
      }
    }
  }

  @Test
  void aStatusThatMeansNothingKnownIsUnknownAndAnAnswerAboutAnotherPersonABreach() {
    try (MarketoBench bench = new MarketoBench("{}")) {
      bench.answers(
          "{\"success\":true,\"result\":[{\"id\":8,\"status\":\"pondered\"}]}",
          "{\"success\":true,\"result\":[{\"id\":9,\"status\":\"deleted\"}]}");
      var delete = batch("leads", change(Op.DELETE, "{\"n\":1}", null, "8"));
      assertThat(((Delivery.Settled) bench.destination().write(delete)).results())
          .singleElement()
          .isInstanceOf(RecordResult.Unknown.class);
      assertThat(
              catchThrowableOfType(
                      DestinationException.class, () -> bench.destination().write(delete))
                  .kind())
          .isEqualTo(Kind.CONTRADICTORY);
    }
  }
}
