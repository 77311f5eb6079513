/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import static io.backhaul.destination.generic.DescribedApi.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult.Applied;
import io.backhaul.destination.RecordResult.Rejected;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches that are answered later. */
class JobsTest {

  private static final String K1 = "{\"id\":1}";
  private static final String K2 = "{\"id\":2}";
  private static final Batch BATCH = batch("contacts", Op.UPSERT, K1, "{\"n\":1}", K2, "{\"n\":2}");
  private static final JobHandle JOB = new JobHandle("b1", "j 7");

  private static final String FILE =
      """
      calls:
        contacts:
          upsert:
            item: .fields.n
            job:
              handle: /job
              poll: {path: "/jobs/{$handle}"}
              state: /state
              states: {queued: running, done: done, broken: rejected, busy: retry}
              poll_after: 3s%s
            results: {list: /bad, match: index, at: ., unlisted: applied}
      """;

  private final DescribedApi api = DescribedApi.of(FILE.formatted(""));

  private Delivery resume() {
    return api.destination().resume(JOB, BATCH);
  }

  @Test
  void aJobIsAskedAfterUntilItIsDone() {
    api.answers(202, "{\"job\":\"j 7\"}");
    assertThat(api.deliver(BATCH)).isEqualTo(new Delivery.Pending(JOB, Duration.ofSeconds(3)));
    api.answers(200, "{\"state\":\"queued\"}");
    assertThat(resume()).isEqualTo(new Delivery.Pending(JOB, Duration.ofSeconds(3)));
    assertThat(api.line(1)).isEqualTo("GET /v1/jobs/j%207");
    api.answers(200, "{\"state\":\"done\",\"bad\":[1]}");

    assertThat(((Delivery.Settled) resume()).results())
        .containsExactly(new Applied(K1, null), new Rejected(K2, "REJECTED", null, null));
  }

  @Test
  void theAnswerToTheCallMayBeTheLastAlready() {
    api.answers(200, "{\"job\":\"j 7\",\"state\":\"done\"}");

    assertThat(((Delivery.Settled) api.deliver(BATCH)).results())
        .containsExactly(new Applied(K1, null), new Applied(K2, null));
  }

  @Test
  void resultsMayHaveAnAddressOfTheirOwn() {
    DescribedApi other =
        DescribedApi.of(FILE.formatted("\n        results: {path: \"/r/{$handle}\"}"));
    other.answers(200, "{\"state\":\"done\"}").answers(200, "{\"bad\":[0]}");

    assertThat(((Delivery.Settled) other.destination().resume(JOB, BATCH)).results().get(0))
        .isInstanceOf(Rejected.class);
    assertThat(other.line(1)).isEqualTo("GET /v1/r/j%207");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | {"state":"broken","code":"C"} | POISONED
          200 | {"state":"busy"}              | UNAVAILABLE
          200 | {"state":"strange"}           | CONTRADICTORY
          200 | {}                            | CONTRADICTORY
          200 | no JSON                       | CONTRADICTORY
          404 | {}                            | CONTRADICTORY
          503 | {}                            | IN_DOUBT
          """)
  void aJobThatDoesNotEndWell(int status, String body, Kind kind) {
    api.answers(status, body);

    assertThat(catchThrowableOfType(DestinationException.class, this::resume).kind())
        .isEqualTo(kind);
  }

  @Test
  void anAnswerThatNamesNoJobIsNone() {
    api.answers(202, "{}");

    assertThat(catchThrowableOfType(DestinationException.class, () -> api.deliver(BATCH)).kind())
        .isEqualTo(Kind.CONTRADICTORY);
  }
}
