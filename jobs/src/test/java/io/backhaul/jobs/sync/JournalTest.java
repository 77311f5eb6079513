/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.OutcomeLog;
import io.backhaul.destination.send.RecordOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  private final Configuration hadoop = new Configuration();

  @TempDir Path folder;

  private JournalFolder run() {
    return new JournalFolder(folder.toUri() + "run-1");
  }

  private static BatchOutcome outcome(String batch, boolean last, RecordOutcome... records) {
    return new BatchOutcome(batch, Op.UPSERT, List.of(records), last, 1, 200, 5, Instant.EPOCH);
  }

  private static RecordOutcome record(String key, Outcome outcome) {
    return new RecordOutcome(key, 1, outcome, null, null, null, null);
  }

  @Test
  void aLaterAttemptKnowsWhatAnEarlierOneSettledAlthoughItNeverClosedItsFile() throws IOException {
    Journal died = Journal.open(hadoop, run(), 3, 17);
    died.append(outcome("whole", true, record("a", Outcome.APPLIED)));
    died.append(outcome("half", false, record("b", Outcome.APPLIED)));
    died.intent(batch("doubt", "c"));

    try (Journal again = Journal.open(hadoop, run(), 3, 18)) {
      OutcomeLog.Earlier earlier = again.earlier();
      assertThat(earlier.complete("whole")).isTrue();
      assertThat(earlier.complete("half")).isFalse();
      assertThat(earlier.settled("half"))
          .containsExactly(java.util.Map.entry("b", Outcome.APPLIED));
      assertThat(earlier.inDoubt("doubt")).isTrue();
      assertThat(earlier.inDoubt("whole")).isFalse();
    }
    died.close();
  }

  @Test
  void whatWasDeferredIsTriedAgainByALaterAttempt() throws IOException {
    try (Journal first = Journal.open(hadoop, run(), 0, 1)) {
      first.append(outcome("x", true, record("a", Outcome.APPLIED), record("b", Outcome.DEFERRED)));
    }
    try (Journal again = Journal.open(hadoop, run(), 0, 2)) {
      assertThat(again.earlier().complete("x")).isFalse();
      assertThat(again.earlier().settled("x")).containsOnlyKeys("a");
    }
  }

  private static Batch batch(String id, String... keys) {
    return new Batch(
        id,
        "o",
        Op.INSERT,
        Stream.of(keys).map(key -> new Change(key, Op.INSERT, "{}", null, 1, "")).toList());
  }

  @Test
  void theIntentOfAnAttemptIsNotSettledByWhatAnEarlierOneKnewOfItsOwn() throws IOException {
    // As text, a10 comes before a9.
    try (Journal ninth = Journal.open(hadoop, run(), 0, 9)) {
      ninth.intent(batch("x", "a"));
      ninth.append(outcome("x", true, record("a", Outcome.DEFERRED)));
    }
    try (Journal tenth = Journal.open(hadoop, run(), 0, 10)) {
      assertThat(tenth.earlier().inDoubt("x")).isFalse();
      tenth.intent(batch("x", "a"));
    }
    try (Journal eleventh = Journal.open(hadoop, run(), 0, 11)) {
      assertThat(eleventh.earlier().inDoubt("x")).isTrue();
    }
  }

  @Test
  void aBatchOfWhichOnlyAPartHasItsOutcomeIsStillInDoubt() throws IOException {
    try (Journal first = Journal.open(hadoop, run(), 0, 1)) {
      first.intent(batch("x", "a", "b"));
      first.append(outcome("x", false, record("a", Outcome.DEFERRED)));
    }
    try (Journal again = Journal.open(hadoop, run(), 0, 2)) {
      assertThat(again.earlier().inDoubt("x")).isTrue();
    }
  }

  @Test
  void aPartitionDoesNotSeeItsNeighbours() throws IOException {
    try (Journal one = Journal.open(hadoop, run(), 1, 1)) {
      one.append(outcome("x", true, record("a", Outcome.APPLIED)));
    }
    try (Journal ten = Journal.open(hadoop, run(), 10, 2)) {
      assertThat(ten.earlier()).isSameAs(OutcomeLog.Earlier.NONE);
    }
  }

  @Test
  void outcomesOfManyThreadsAreAllThere() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    List<String> written = Collections.synchronizedList(new ArrayList<>());
    try (Journal journal = Journal.open(hadoop, run(), 0, 1)) {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        String batch = "batch-" + i;
        futures.add(
            pool.submit(
                () -> {
                  journal.append(outcome(batch, true, record(batch, Outcome.APPLIED)));
                  written.add(batch);
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } finally {
      pool.shutdownNow();
    }
    try (Journal again = Journal.open(hadoop, run(), 0, 2)) {
      assertThat(written).hasSize(400).allMatch(again.earlier()::complete);
    }
  }

  @Tag("fault-31")
  @Tag("fault-32")
  @Test
  void aDiskThatFailsOnceFailsForGoodSoThatNothingIsReportedThatIsNotWritten() {
    List<byte[]> stored = new ArrayList<>();
    boolean[] full = {true};
    GroupCommit commits =
        new GroupCommit(
            frames -> {
              if (full[0]) {
                throw new IOException("No space left on device");
              }
              stored.addAll(frames);
            });
    assertThatThrownBy(() -> commits.commit(new byte[] {1}))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("No space left");
    full[0] = false;

    assertThatThrownBy(() -> commits.commit(new byte[] {2})).hasMessageContaining("No space left");
    assertThat(stored).isEmpty();
  }

  @Test
  void theHeaderOfARunComesBackAsItWas() {
    RunHeader header = Headers.header("20260101T000000000Z-0001");
    run().begin(hadoop, header);
    run().begin(hadoop, header);

    assertThat(run().header(hadoop)).isEqualTo(header);
    assertThat(new JournalFolder(folder.toUri() + "no-run").header(hadoop)).isNull();
  }

  @Test
  void journalsOfDeadRunsAreFoundOldestFirstAndGoWhenSettled() {
    String root = folder.toUri().toString();
    for (String id : List.of("20260102", "20260101", "20260103")) {
      JournalFolder.of(root, "acme", "contacts", id).begin(hadoop, Headers.header(id));
    }
    List<JournalFolder> found = JournalFolder.unsettled(hadoop, root, "acme", "contacts");

    assertThat(found)
        .extracting(JournalFolder::runId)
        .containsExactly("20260101", "20260102", "20260103");
    found.get(0).remove(hadoop);
    assertThat(JournalFolder.unsettled(hadoop, root, "acme", "contacts")).hasSize(2);
    assertThat(JournalFolder.unsettled(hadoop, root, "acme", "other")).isEmpty();
  }
}
