/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.diff.mapping.MappingException;
import io.backhaul.jobs.lineage.LineageInbox;
import io.backhaul.jobs.lineage.RunLineage;
import io.backhaul.jobs.spec.LineageSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an OpenLineage server on loopback is told of runs. */
class LineageSyncTest {

  @TempDir private Path home;
  private SyncBed bed;
  private LineageInbox inbox;

  @BeforeEach
  void start() throws Exception {
    bed = new SyncBed(home);
    inbox = new LineageInbox();
  }

  @AfterEach
  void stop() {
    bed.close();
    inbox.close();
  }

  private RunReport run() {
    return run(inbox.spec(SyncBed.TOKEN, Duration.ofSeconds(30)));
  }

  private RunReport run(LineageSpec to) {
    try (RunLineage lineage =
        new RunLineage(to, bed.spec(), SyncBed.spark().version(), bed.clock())) {
      return new SyncRun(
              bed.ledger(),
              bed.spec(),
              RunOptions.DEFAULT,
              bed.clock(),
              RunObserver.NONE.and(lineage),
              null)
          .run();
    }
  }

  @Test
  void aRunTellsWhatItReadWhereItWentAndHowManyRecords() {
    bed.customers(20);
    bed.sync("pii: [email]\nvalidate: {full_name: {max_length: 13}}");

    RunReport report = run();

    assertThat(report.counts()).containsEntry("applied", 9L).containsEntry("invalid", 11L);
    List<JsonNode> events = inbox.events();
    assertThat(events).extracting(LineageSyncTest::type).containsExactly("START", "COMPLETE");
    assertThat(events).extracting(event -> event.at("/run/runId").asText()).hasSize(2);
    assertThat(events.get(0).at("/run/runId")).isEqualTo(events.get(1).at("/run/runId"));
    assertThat(Instant.parse(events.get(0).path("eventTime").asText()))
        .isEqualTo(report.startedAt());
    JsonNode event = events.get(1);
    assertThat(event.at("/job/namespace").asText()).isEqualTo("test");
    assertThat(event.at("/job/name").asText()).isEqualTo("acme.contacts");

    JsonNode input = event.at("/inputs/0");
    assertThat(event.path("inputs")).hasSize(1);
    assertThat(input.path("namespace").asText()).isEqualTo("file");
    assertThat(input.path("name").asText())
        .isEqualTo(home.resolve("warehouse/customers").toString());
    assertThat(input.at("/facets/version/datasetVersion").asText()).isEqualTo("0");
    assertThat(input.at("/inputFacets/inputStatistics/rowCount").asLong()).isEqualTo(20);
    assertThat(input.at("/facets/schema/fields").findValuesAsText("name"))
        .containsExactly("customer_id", "email", "first_name", "last_name", "updated_at");

    JsonNode output = event.at("/outputs/0");
    assertThat(event.path("outputs")).hasSize(1);
    assertThat(output.path("namespace").asText())
        .isEqualTo(bed.sandbox().url().toString().replaceFirst("/$", ""));
    assertThat(output.path("name").asText()).isEqualTo("contacts");
    assertThat(output.at("/outputFacets/outputStatistics/rowCount").asLong()).isEqualTo(9);
    assertThat(output.at("/facets/schema/fields").findValuesAsText("name"))
        .containsExactly("email", "full_name", "origin");
    assertThat(output.at("/facets/tags/tags").findValuesAsText("field")).containsExactly("email");

    JsonNode made = output.at("/facets/columnLineage/fields");
    assertThat(made.fieldNames()).toIterable().containsExactly("email", "full_name");
    assertThat(made.at("/full_name/inputFields").findValuesAsText("field"))
        .containsExactly("first_name", "last_name");
    assertThat(made.at("/full_name/inputFields/0/transformations/0/subtype").asText())
        .isEqualTo("TRANSFORMATION");
    JsonNode email = made.at("/email/inputFields/0");
    assertThat(email.path("name")).isEqualTo(input.path("name"));
    assertThat(email.at("/transformations/0/subtype").asText()).isEqualTo("IDENTITY");
    assertThat(email.at("/transformations/0/masking").asBoolean(true))
        .as("a pii field reaches the destination in clear")
        .isFalse();

    JsonNode ours = event.at("/run/facets/backhaul_run");
    assertThat(ours.path("runId").asText()).isEqualTo(report.runId());
    assertThat(ours.path("status").asText()).isEqualTo("partial");
    assertThat(ours.at("/counts/invalid").asLong()).isEqualTo(11);
    assertThat(ours.at("/operations/upsert").asLong()).isEqualTo(9);
    assertThat(event.at("/run/facets/processing_engine/version").asText())
        .isEqualTo(SyncBed.spark().version());
    assertThat(events.toString()).doesNotContain("@example.com", SyncBed.TOKEN);
  }

  @Test
  void aRunThatFailsOrIsStoppedTellsWhyInTheWordsOfTheLedger() {
    bed.sync("");
    RunReport failed = run();
    bed.customers(3);
    bed.sync("guards: {min_source_rows: 1000}");
    RunReport stopped = run();
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: delta, path: ./warehouse/customers}
        key: [customer_id]
        destination: crm
        object: contacts
        mapping: {email: {expr: "concat(emial, 'hunter2')"}}
        """);
    assertThatThrownBy(this::run).isInstanceOf(MappingException.class);

    assertThat(inbox.events())
        .extracting(LineageSyncTest::type)
        .containsExactly("START", "FAIL", "START", "ABORT", "START", "FAIL");
    assertThat(inbox.events())
        .extracting(event -> event.at("/run/facets/errorMessage/message").asText())
        .containsExactly(
            "",
            bed.value("SELECT error FROM runs WHERE run_id = '" + failed.runId() + "'").toString(),
            "",
            bed.value("SELECT error FROM runs WHERE run_id = '" + stopped.runId() + "'").toString(),
            "",
            "the run ended before it had a report; its log says why");
    assertThat(inbox.events().toString()).doesNotContain("hunter2");
    assertThat(inbox.events().get(3).at("/outputs/0/outputFacets/outputStatistics/rowCount"))
        .hasToString("0");
  }

  private static String type(JsonNode event) {
    return event.path("eventType").asText();
  }
}
