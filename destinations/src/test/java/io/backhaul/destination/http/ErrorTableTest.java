/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.http.ErrorTable.Action;
import io.backhaul.destination.testkit.SettableClock;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTableTest {

  private final SettableClock clock = SettableClock.atNoon();

  @ParameterizedTest
  @CsvSource({
    "200, false, OK",
    "204, false, OK",
    "207, false, OK",
    "301, false, REFUSED",
    "307, false, REFUSED",
    "400, false, POISONED",
    "401, false, REFUSED",
    "403, false, REFUSED",
    "404, false, REFUSED",
    "408, false, UNAVAILABLE",
    "409, false, POISONED",
    "413, false, POISONED",
    "422, false, POISONED",
    "429, false, UNAVAILABLE",
    "429, true, UNAVAILABLE",
    "500, false, IN_DOUBT",
    "500, true, IN_DOUBT",
    "501, false, REFUSED",
    "502, false, IN_DOUBT",
    "503, false, IN_DOUBT",
    "503, true, UNAVAILABLE",
    "504, false, IN_DOUBT",
    "100, false, CONTRADICTORY",
    "600, false, CONTRADICTORY"
  })
  void everyStatusHasItsAction(int status, boolean retryAfter, Action action) {
    assertThat(ErrorTable.DEFAULT.action(status, retryAfter)).isEqualTo(action);
  }

  @Test
  void aVendorMayMeanSomethingElse() {
    ErrorTable vendor = ErrorTable.DEFAULT.with(404, Action.POISONED).with(423, Action.UNAVAILABLE);

    assertThat(vendor.action(404, false)).isEqualTo(Action.POISONED);
    assertThat(vendor.action(423, false)).isEqualTo(Action.UNAVAILABLE);
    assertThat(ErrorTable.DEFAULT.action(404, false)).isEqualTo(Action.REFUSED);
  }

  @Test
  void aFailureCarriesTheVendorsWordsAndTheTimeToComeBack() {
    DestinationException e =
        ErrorTable.DEFAULT.failure(
            answer(429, "Retry-After", "30"), clock, "RATE_LIMIT", null, "daily limit reached");

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.code()).isEqualTo("RATE_LIMIT");
    assertThat(e.httpStatus()).isEqualTo(429);
    assertThat(e.rateHint().pause()).isEqualTo(Duration.ofSeconds(30));
    assertThat(e).hasMessage("HTTP 429: daily limit reached");
  }

  @Test
  void withoutWordsOfTheVendorTheMessageSaysWhatToDo() {
    assertThatThrownBy(() -> ErrorTable.DEFAULT.check(answer(401, "X", "y"), clock))
        .hasMessageContaining("check the auth section");
    assertThatThrownBy(() -> ErrorTable.DEFAULT.check(answer(302, "X", "y"), clock))
        .hasMessageContaining("redirects are not followed");
    assertThatCode(() -> ErrorTable.DEFAULT.check(answer(207, "X", "y"), clock))
        .doesNotThrowAnyException();
  }

  @Test
  void aSuccessIsNoFailure() {
    assertThatThrownBy(
            () -> ErrorTable.DEFAULT.failure(answer(200, "X", "y"), clock, null, null, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static HttpAnswer answer(int status, String header, String value) {
    HttpHeaders headers = HttpHeaders.of(Map.of(header, List.of(value)), (name, text) -> true);
    return new HttpAnswer(status, headers, new byte[0], Duration.ofMillis(1));
  }
}
