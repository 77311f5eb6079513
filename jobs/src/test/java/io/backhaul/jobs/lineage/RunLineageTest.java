/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.spec.Workspace;
import io.backhaul.jobs.sync.Cancellation;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which event a run's end is, without runs. */
class RunLineageTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-01-01T00:01:30.5Z");

  @TempDir private Path home;
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private LineageInbox inbox;

  @BeforeEach
  void open() throws IOException {
    inbox = new LineageInbox();
    write("backhaul.yaml", "ledger: {path: ./ledger}\n");
    write("destinations/acme/crm.yaml", "type: http\nurl: http://127.0.0.1:9/api\n");
    write(
        "syncs/acme/contacts.yaml",
        """
        source: {type: jdbc, url: "jdbc:postgresql://db.example.com/shop", table: customers}
        key: [id]
        destination: crm
        object: contacts
        mapping: {mail: mail}
        """);
  }

  @AfterEach
  void close() {
    inbox.close();
  }

  private void write(String name, String text) throws IOException {
    Path file = home.resolve("conf").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private RunLineage lineage() {
    SyncSpec spec =
        Workspace.forSync(home.resolve("conf"), Secrets.of(Map.of()), "acme/contacts")
            .sync("acme/contacts");
    return new RunLineage(
        inbox.spec(null, Duration.ofSeconds(30)),
        spec,
        "3.5.0",
        Clock.fixed(END, ZoneOffset.UTC),
        warnings::add);
  }

  private static RunReport report(
      String runId, RunStatus status, long applied, String deferredCode, String error) {
    return new RunReport(
        runId,
        "acme",
        "contacts",
        status,
        START,
        END,
        Map.of("source", 10L, "applied", applied),
        Map.of("upsert", applied),
        Map.of("read", 0.5),
        "snapshot",
        null,
        deferredCode,
        error);
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED, , , COMPLETE",
    "PARTIAL, BREAKER_OPEN, , COMPLETE",
    "PARTIAL, " + Cancellation.CODE + ", cancelled, ABORT",
    "STOPPED, , too many deletes, ABORT",
    "FAILED, , no such host, FAIL",
    "FAILED, " + Cancellation.CODE + ", , ABORT",
  })
  void theEndOfARunIsOneOfThreeEvents(
      RunStatus status, String deferredCode, String error, String type) {
    try (RunLineage lineage = lineage()) {
      lineage.begun("run-1", START);
      lineage.reported(report("run-1", status, 7, deferredCode, error));
      lineage.ended();
    }

    List<JsonNode> events = inbox.events();
    assertThat(events)
        .extracting(event -> event.path("eventType").asText())
        .containsExactly("START", type);
    JsonNode end = events.get(1);
    assertThat(end.path("eventTime").asText()).isEqualTo("2026-01-01T00:01:30.5Z");
    assertThat(end.at("/run/facets/errorMessage/message").asText("none"))
        .isEqualTo(error == null ? "none" : error);
    assertThat(end.at("/outputs/0/outputFacets/outputStatistics/rowCount").asLong()).isEqualTo(7);
    assertThat(events)
        .extracting(event -> event.at("/inputs/0/name").asText())
        .as("the file tells what a run that did not come to read would have read")
        .containsOnly("shop.public.customers");
    assertThat(warnings).isEmpty();
  }

  @Test
  void aRunWithoutAReportFailed() {
    try (RunLineage lineage = lineage()) {
      lineage.begun("run-1", START);
      lineage.ended();
    }

    assertThat(inbox.events().get(1).path("eventType").asText()).isEqualTo("FAIL");
    assertThat(inbox.events().get(1).path("eventTime").asText())
        .isEqualTo("2026-01-01T00:01:30.5Z");
  }

  @Test
  void aSkippedRunTellsNothing() {
    try (RunLineage lineage = lineage()) {
      lineage.ended();
    }

    assertThat(inbox.events()).isEmpty();
  }

  @Test
  void aRunThatDiedEndsWhenItIsSettled() {
    try (RunLineage died = lineage()) {
      died.begun("run-1", START);
    }
    try (RunLineage next = lineage()) {
      next.begun("run-2", END);
      next.recovered(report("run-1", RunStatus.FAILED, 3, "RUN_DIED", "its process died"));
      next.reported(report("run-2", RunStatus.SUCCEEDED, 7, null, null));
      next.ended();
    }

    List<JsonNode> events = inbox.events();
    assertThat(events)
        .extracting(event -> event.path("eventType").asText())
        .containsExactly("START", "START", "FAIL", "COMPLETE");
    assertThat(events.get(2).at("/run/runId")).isEqualTo(events.get(0).at("/run/runId"));
    assertThat(events.get(1).at("/run/runId")).isNotEqualTo(events.get(0).at("/run/runId"));
  }

  @Test
  void whatGoesWrongHereDoesNotReachTheRun() {
    try (RunLineage lineage = lineage()) {
      lineage.begun("run-1", START);
      lineage.pinned(null, null);
      lineage.reported(null);
      lineage.ended();
    }

    assertThat(warnings).singleElement().asString().contains("could not be told");
  }
}
