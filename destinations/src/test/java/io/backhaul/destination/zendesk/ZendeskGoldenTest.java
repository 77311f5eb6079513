/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Zendesk's answers as its documentation gives them, each turned into the right outcomes. */
class ZendeskGoldenTest {

  private Path folder;

  @BeforeEach
  void find() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isDirectory(at.resolve("shared/golden/zendesk"))) {
      at = at.getParent();
    }
    assumeTrue(at != null, "no golden answers here");
    folder = at.resolve("shared/golden/zendesk");
  }

  private Reading read(String file, Op op, Change... changes) throws IOException {
    return read(file, "users", op, changes);
  }

  private Reading read(String file, String object, Op op, Change... changes) throws IOException {
    for (JsonNode each : Canonical.tree(Files.readString(folder.resolve("index.json")))) {
      if (each.path("file").asText().equals(file)) {
        Map<String, List<String>> headers = new HashMap<>();
        each.path("headers")
            .properties()
            .forEach(one -> headers.put(one.getKey(), List.of(one.getValue().asText())));
        byte[] body = Files.readAllBytes(folder.resolve(file));
        ZendeskProvider provider = new ZendeskProvider();
        DestinationConfig config =
            new DestinationConfig("acme", "desk", "zendesk", provider.sample());
        return new Inspection(provider, config, SettableClock.atNoon())
            .read(
                new Batch("b", object, op, List.of(changes)),
                new Wire.Reply(each.path("http_status").asInt(), headers, body));
      }
    }
    throw new AssertionError("the index has no " + file);
  }

  private static Change change(Op op, int n, String id) {
    String fields = op == Op.DELETE ? null : "{\"email\":\"badmail" + n + "\"}";
    return new Change("{\"customer_id\":" + n + "}", op, fields, id, n, "");
  }

  private static List<RecordResult> settled(Reading reading) {
    Delivery delivery = ((Reading.Understood) reading).delivery();
    return ((Delivery.Settled) delivery).results();
  }

  private static DestinationException failed(Reading reading) {
    return ((Reading.Failed) reading).failure();
  }

  @Test
  void aCompletedJobNamesRecordsByIndexOrById() throws IOException {
    List<RecordResult> both =
        List.of(
            new RecordResult.Applied("{\"customer_id\":1}", "244"),
            new RecordResult.Applied("{\"customer_id\":2}", "245"));
    assertThat(
            settled(
                read(
                    "job_status_create_many_completed.json",
                    Op.INSERT,
                    change(Op.INSERT, 1, null),
                    change(Op.INSERT, 2, null))))
        .isEqualTo(both);
    assertThat(
            settled(
                read(
                    "job_status_update_completed.json",
                    Op.UPDATE,
                    change(Op.UPDATE, 1, "244"),
                    change(Op.UPDATE, 2, "245"))))
        .isEqualTo(both);
    assertThat(
            settled(
                read(
                    "job_status_delete_completed.json",
                    Op.DELETE,
                    change(Op.DELETE, 1, "244"),
                    change(Op.DELETE, 2, "245"))))
        .isEqualTo(both);
  }

  @Test
  void aJobThatIsQueuedIsAskedAfter() throws IOException {
    Reading.Understood users =
        (Reading.Understood) read("job_status_queued.json", Op.UPSERT, change(Op.UPSERT, 1, null));
    assertThat(((Delivery.Pending) users.delivery()).job().value())
        .isEqualTo("82de0b044094f0c67893ac9fe64f1a99");
    Reading.Understood custom =
        (Reading.Understood)
            read(
                "custom_object_jobs_201_queued.json",
                "custom_objects/car",
                Op.UPSERT,
                change(Op.UPSERT, 1, null),
                change(Op.UPSERT, 2, null));
    assertThat(((Delivery.Pending) custom.delivery()).job().value())
        .isEqualTo("V3-291e720c98aef4d953563ab090486213");
  }

  @Test
  void anInvalidRecordNamesItsField() throws IOException {
    DestinationException invalid =
        failed(read("error_422_record_invalid.json", Op.UPSERT, change(Op.UPSERT, 1, null)));
    assertThat(invalid.kind()).isEqualTo(Kind.POISONED);
    assertThat(invalid.code()).isEqualTo("RecordInvalid");
    assertThat(invalid.field()).isEqualTo("email");
    assertThat(invalid).hasMessageContaining("not properly formatted");
  }

  @Test
  void aLimitSaysHowLongEvenInPlainText() throws IOException {
    DestinationException limit =
        failed(read("error_429_per_user_limit.txt", Op.UPDATE, change(Op.UPDATE, 1, "7")));
    assertThat(limit.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(limit.rateHint().pause()).isEqualTo(Duration.ofSeconds(27));
    assertThat(limit).hasMessageContaining("rate limit for updating a single unique user");
  }

  @Test
  void credentialsThatAreNotTakenStop() throws IOException {
    DestinationException refused =
        failed(read("error_401_not_authenticated.json", Op.UPSERT, change(Op.UPSERT, 1, null)));
    assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
    assertThat(refused).hasMessageContaining("Couldn't authenticate you");
  }

  @Test
  void everyAnswerIsReadHere() throws IOException {
    Set<String> files = new HashSet<>();
    for (JsonNode each : Canonical.tree(Files.readString(folder.resolve("index.json")))) {
      files.add(each.path("file").asText());
    }
    assertThat(files)
        .containsExactlyInAnyOrder(
            "job_status_update_completed.json",
            "job_status_delete_completed.json",
            "job_status_queued.json",
            "custom_object_jobs_201_queued.json",
            "job_status_create_many_completed.json",
            "error_422_record_invalid.json",
            "error_429_per_user_limit.txt",
            "error_401_not_authenticated.json");
  }
}
