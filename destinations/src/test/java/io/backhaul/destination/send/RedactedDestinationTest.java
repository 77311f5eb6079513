/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a destination says, secrets and personal values are not in it. */
class RedactedDestinationTest {

  private static final String TOKEN = "tok/7Hq+not-a-real-one==";
  private static final Change ANN =
      new Change(
          "{\"id\":1}",
          Op.UPSERT,
          "{\"name\":\"Ånn O'Malley\",\"phone\":\"+49 171 5550 123\",\"score\":1234567.50}",
          null,
          1,
          "");
  private static final Batch BATCH = new Batch("b", "contacts", Op.UPSERT, List.of(ANN));

  private static Destination saying(Function<Batch, Delivery> answer) {
    return ScriptedDestination.taking(10, (batch, n) -> answer.apply(batch));
  }

  private static String message(String said, Set<String> personal) {
    Destination destination =
        new RedactedDestination(
            saying(batch -> rejected("BAD", "phone", said)), personal, List.of(TOKEN));
    Delivery.Settled settled = (Delivery.Settled) destination.write(BATCH);
    return ((RecordResult.Rejected) settled.results().get(0)).message();
  }

  private static Delivery rejected(String code, String field, String message) {
    return Delivery.Settled.of(
        BATCH,
        List.of(new RecordResult.Rejected(ANN.key(), code, field, message)),
        200,
        RateHint.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name Ånn O'Malley is taken",
        "name ÅNN O'MALLEY is taken",
        "last name Malley is taken",
        "name \\u00c5nn O'Malley is taken",
        "?name=%C3%85nn+O%27Malley is taken",
        "name &#197;nn O&#39;Malley is taken",
        "phone +491715550123 is taken",
        "phone (+49) 171-5550-123 is taken",
        "score 1234567.5 is taken",
        "w4VubiBPJ01hbGxleQ is taken",
        "token tok/7Hq+not-a-real-one== is taken",
        "token tok%2F7Hq%2Bnot-a-real-one is taken",
        "token …not-a-real-one is taken",
        "token dG9rLzdIcStub3QtYS1yZWFsLW9uZT09 is taken"
      })
  void aValueGoesInWhateverSpelling(String said) {
    String clean = message(said, Set.of("name", "phone", "score"));

    assertThat(clean)
        .contains("***")
        .endsWith("is taken")
        .doesNotContainIgnoringCase("nn o")
        .doesNotContainIgnoringCase("malley")
        .doesNotContain("5550", "1234567", "w4VubiBP", "real-one", "dG9rLzdI");
  }

  /** The twin: what is not declared personal, and no secret of the file's, is not taken out. */
  @Test
  void whatNobodyDeclaredStays() {
    assertThat(message("name Ånn O'Malley is taken, other-token", Set.of()))
        .isEqualTo("name Ånn O'Malley is taken, other-token");
  }

  @Test
  void codesAndFieldsAreCleanedTooButNamesOfFieldsStay() {
    Destination destination =
        new RedactedDestination(
            saying(batch -> rejected("NOT_Ånn O'Malley", "phone", null)),
            Set.of("name", "phone"),
            List.of());

    Delivery.Settled settled = (Delivery.Settled) destination.write(BATCH);

    assertThat(settled.results())
        .containsExactly(new RecordResult.Rejected(ANN.key(), "NOT_***", "phone", null));
  }

  @Test
  void aRefusalOfTheBatchIsCleanedAndKeepsItsKindStatusAndHint() {
    Destination destination =
        new RedactedDestination(
            saying(
                batch -> {
                  throw DestinationException.poisoned(
                      TOKEN, "name", 422, "Ånn O'Malley with " + TOKEN);
                }),
            Set.of("name"),
            List.of(TOKEN));

    assertThatThrownBy(() -> destination.write(BATCH))
        .isInstanceOfSatisfying(
            DestinationException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(DestinationException.Kind.POISONED);
              assertThat(e.httpStatus()).isEqualTo(422);
              assertThat(e.field()).isEqualTo("name");
              assertThat(e.code()).isEqualTo("***");
              assertThat(e).hasMessage("*** with ***");
            });
  }

  @Test
  void aConnectorThatBreaksItsContractIsHeardOfWithoutItsWords() {
    Destination destination =
        new RedactedDestination(
            saying(
                batch -> {
                  throw new IllegalStateException(
                      "no idea what Ånn O'Malley is", new IllegalArgumentException(TOKEN));
                }),
            Set.of("name"),
            List.of(TOKEN));

    assertThatThrownBy(() -> destination.write(BATCH))
        .isInstanceOf(RedactedDestination.ConnectorFailure.class)
        .hasMessageContaining("java.lang.IllegalStateException")
        .satisfies(
            e -> {
              StringWriter printed = new StringWriter();
              e.printStackTrace(new PrintWriter(printed));
              assertThat(printed.toString())
                  .contains("RedactedDestinationTest")
                  .doesNotContain("Malley", TOKEN);
            });
  }
}
