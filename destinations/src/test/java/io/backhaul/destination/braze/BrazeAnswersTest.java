/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.braze;

import static io.backhaul.destination.testkit.Worded.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Providers;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.Wire;
import io.backhaul.destination.inspect.Inspection;
import io.backhaul.destination.inspect.Reading;
import io.backhaul.destination.testkit.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is made of Braze's answers, beside those of {@link BrazeGoldenTest}. */
class BrazeAnswersTest {

  private static final Batch USERS =
      new Batch(
          "b1",
          "users",
          Op.UPSERT,
          List.of(
              change(Op.UPSERT, "{\"id\":1}", "{}", null),
              change(Op.UPSERT, "{\"id\":2}", "{}", null)));

  private final SettableClock clock = SettableClock.atNoon();

  private Reading read(int status, Map<String, List<String>> headers, String body) {
    DestinationProvider provider = Providers.of("braze").orElseThrow();
    DestinationConfig config = new DestinationConfig("acme", "braze", "braze", provider.sample());
    return new Inspection(provider, config, clock)
        .read(USERS, new Wire.Reply(status, headers, body.getBytes(StandardCharsets.UTF_8)));
  }

  private Delivery.Settled settled(Map<String, List<String>> headers, String body) {
    return (Delivery.Settled) ((Reading.Understood) read(201, headers, body)).delivery();
  }

  private List<RecordResult> results(String body) {
    return settled(Map.of(), body).results();
  }

  /** The shape that Braze's clients tell of; its pages do not. */
  @Test
  void anErrorThatNamesAnIndexRejectsThatRecordAlone() {
    String type = "'external_id' or 'braze_id' or 'user_alias' is required";
    assertThat(
            results(
                "{\"attributes_processed\":1,\"message\":\"success\",\"errors\":[{\"type\":\""
                    + type
                    + "\",\"input_array\":\"attributes\",\"index\":1}]}"))
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", null),
            new RecordResult.Rejected("{\"id\":2}", type, "external_id", type));
  }

  @Test
  void anErrorThatNamesNoRecordLeavesThemUnknown() {
    assertThat(results("{\"message\":\"success\",\"errors\":[\"something was wrong\"]}"))
        .hasSize(2)
        .allMatch(RecordResult.Unknown.class::isInstance);
  }

  @Test
  void aRequestThatWasRefusedForWhatIsInItIsCutInHalves() {
    Reading reading = read(400, Map.of(), "{\"message\":\"Max Input Length Exceeded\"}");
    DestinationException failure = ((Reading.Failed) reading).failure();
    assertThat(failure.kind()).isEqualTo(Kind.POISONED);
    assertThat(failure.getMessage()).contains("Max Input Length Exceeded");
  }

  @Test
  void anAllowanceThatIsSpentIsWaitedFor() {
    String reset = Long.toString(clock.instant().getEpochSecond() + 7);
    Map<String, List<String>> spent =
        Map.of("X-RateLimit-Remaining", List.of("0"), "X-RateLimit-Reset", List.of(reset));
    assertThat(settled(spent, "{\"message\":\"success\"}").rateHint().pause())
        .isEqualTo(Duration.ofSeconds(7));

    Reading reading = read(429, spent, "{\"message\":\"Rate limit exceeded\"}");
    DestinationException throttled = ((Reading.Failed) reading).failure();
    assertThat(throttled.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(throttled.rateHint().pause()).isEqualTo(Duration.ofSeconds(7));
  }
}
