/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.limits;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The idempotency key of a request says what is in it, and nothing of who sends it or when. */
class IdempotencyKeyTest {

  @Test
  void itIsADigestOfSyncObjectOperationKeysHashesAndBases() throws Exception {
    Change one = new Change("{\"id\":1}", Op.UPSERT, "{\"a\":1}", null, 0xAB, "");
    Change two = new Change("{\"id\":2}", Op.UPSERT, "{\"a\":2}", "77", -1, "run-1");
    Batch batch =
        new Batcher("acme/contacts", "people", limits(10, true))
            .batches(List.of(one, two).iterator())
            .next();

    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String part :
        List.of(
            "acme/contacts",
            "people",
            "upsert",
            "{\"id\":1}",
            "ab",
            "",
            "{\"id\":2}",
            "ffffffffffffffff",
            "run-1")) {
      digest.update(part.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0xFF);
    }
    assertThat(batch.id()).isEqualTo(HexFormat.of().formatHex(digest.digest()).substring(0, 32));
  }

  @Test
  void anotherProcessWithAnotherLocaleZoneAndEncodingComesToTheSameKeys() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.language=tr",
                "-Duser.country=TR",
                "-Duser.timezone=Asia/Tokyo",
                "-Dfile.encoding=ISO-8859-1",
                "-cp",
                System.getProperty("java.class.path"),
                KeyProcess.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(printed.lines()).hasSize(4).isEqualTo(KeyProcess.keys());
  }

  @Tag("fault-35")
  @Test
  void neitherTheTimeNorTheAttemptNorWhatTheDestinationAnsweredBeforeHasAPartInIt()
      throws Exception {
    ScriptedDestination noon = ScriptedDestination.taking(3, (batch, n) -> applied(batch));
    new Bench().send(noon, upserts(9));
    Bench later = new Bench(new MemoryLog().nextAttempt());
    later.clock.advance(Duration.ofDays(40));
    ScriptedDestination evening =
        ScriptedDestination.taking(
            3,
            (batch, n) -> {
              if (n % 2 == 1) {
                throw ScriptedDestination.lost();
              }
              return applied(batch);
            });
    later.send(evening, upserts(9));

    assertThat(evening.requests().stream().map(Batch::id).distinct().toList())
        .isEqualTo(noon.requests().stream().map(Batch::id).toList());
  }

  @Test
  void aRetryThatAPersonAskedForIsAnotherRequestToTheDestination() {
    // The sync's own scope, and the one that names the moment of the request for a retry.
    List<String> ids =
        List.of("acme/contacts", "acme/contacts#1767225600000", "acme/contacts#1767225600001")
            .stream()
            .map(scope -> new Batcher(scope, "contacts", limits(9, true)))
            .map(batcher -> batcher.batches(upserts(9).iterator()).next().id())
            .toList();

    assertThat(ids).doesNotHaveDuplicates();
  }
}
