/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.Wire;
import io.backhaul.destination.inspect.Inspection;
import io.backhaul.destination.inspect.Reading;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Klaviyo's answers as its description gives them, each turned into the right outcomes. */
class KlaviyoGoldenTest {

  private Path folder;

  @BeforeEach
  void find() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isDirectory(at.resolve("shared/golden/klaviyo"))) {
      at = at.getParent();
    }
    assumeTrue(at != null, "no golden answers here");
    folder = at.resolve("shared/golden/klaviyo");
  }

  private Reading read(String file, String api, Change... changes) throws IOException {
    for (JsonNode each : Canonical.tree(Files.readString(folder.resolve("index.json")))) {
      if (each.path("file").asText().equals(file)) {
        Map<String, List<String>> headers = new HashMap<>();
        each.path("headers")
            .properties()
            .forEach(one -> headers.put(one.getKey(), List.of(one.getValue().asText())));
        byte[] body = Files.readAllBytes(folder.resolve(file));
        KlaviyoProvider provider = new KlaviyoProvider();
        ObjectNode properties = provider.sample().put("api", api);
        DestinationConfig config = new DestinationConfig("acme", "mail", "klaviyo", properties);
        return new Inspection(provider, config, SettableClock.atNoon())
            .read(
                new Batch("b", "profiles", changes[0].op(), List.of(changes)),
                new Wire.Reply(each.path("http_status").asInt(), headers, body));
      }
    }
    throw new AssertionError("the index has no " + file);
  }

  private static Change upsert(int n) {
    String fields = "{\"email\":\"person" + n + "@example.com\"}";
    return new Change("{\"customer_id\":" + n + "}", Op.UPSERT, fields, null, n, "");
  }

  private static List<RecordResult> settled(Reading reading) {
    Delivery delivery = ((Reading.Understood) reading).delivery();
    return ((Delivery.Settled) delivery).results();
  }

  private static DestinationException failed(Reading reading) {
    return ((Reading.Failed) reading).failure();
  }

  @Test
  void aJobAtWorkIsAskedAfter() throws IOException {
    Reading.Understood reading =
        (Reading.Understood) read("bulk_import_job_200_processing.json", "bulk", upsert(1));
    assertThat(((Delivery.Pending) reading.delivery()).job().value()).isEqualTo("JOB_ID");
  }

  @Test
  void anErrorWithoutAPayloadIsAboutTheOnlyRecordAndElseAboutNobodyKnowsWhich() throws IOException {
    assertThat(settled(read("bulk_import_errors_200.json", "bulk", upsert(1))))
        .containsExactly(
            new RecordResult.Rejected(
                "{\"customer_id\":1}",
                "invalid",
                null,
                "The payload provided in the request is invalid."));
    assertThat(settled(read("bulk_import_errors_200.json", "bulk", upsert(1), upsert(2))))
        .allMatch(RecordResult.Unknown.class::isInstance);
  }

  @Test
  void aProfileTellsItsId() throws IOException {
    for (String api : List.of("bulk", "single", "auto")) {
      assertThat(settled(read("profile_201.json", api, upsert(1))))
          .containsExactly(
              new RecordResult.Applied("{\"customer_id\":1}", "01GDDKASAP8TKDDA2GRZDSVP4H"));
    }
  }

  @Test
  void identifiersOfTwoProfilesAreARejection() throws IOException {
    RecordResult.Rejected rejected =
        (RecordResult.Rejected)
            settled(read("profiles_409_duplicate.json", "single", upsert(1))).get(0);
    assertThat(rejected.code()).isEqualTo("duplicate_profile");
    assertThat(rejected.message()).contains("A profile already exists", "it is <");
    DestinationException whole =
        failed(read("profiles_409_duplicate.json", "bulk", upsert(1), upsert(2)));
    assertThat(whole.kind()).isEqualTo(Kind.POISONED);
    assertThat(whole.code()).isEqualTo("duplicate_profile");
  }

  @Test
  void aThrottleSaysHowLong() throws IOException {
    DestinationException throttled = failed(read("error_429_throttled.json", "bulk", upsert(1)));
    assertThat(throttled.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(throttled.code()).isEqualTo("throttled");
    assertThat(throttled.rateHint().pause()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aProfileThatIsGoneNeedNotBeDeleted() throws IOException {
    Change delete = new Change("{\"email\":\"person1@example.com\"}", Op.DELETE, null, null, 1, "");
    assertThat(settled(read("legacy_v2_deletion_404.json", "bulk", delete)))
        .containsExactly(new RecordResult.Applied(delete.key(), null));
  }

  @Test
  void everyAnswerIsReadHere() throws IOException {
    Set<String> files = new HashSet<>();
    for (JsonNode each : Canonical.tree(Files.readString(folder.resolve("index.json")))) {
      files.add(each.path("file").asText());
    }
    assertThat(files)
        .containsExactlyInAnyOrder(
            "profiles_409_duplicate.json",
            "error_429_throttled.json",
            "bulk_import_job_200_processing.json",
            "bulk_import_errors_200.json",
            "profile_201.json",
            "legacy_v2_deletion_404.json");
  }
}
