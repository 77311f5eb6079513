/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

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
import io.backhaul.destination.testkit.GoldenAnswers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Salesforce's own answers, each turned into the right outcomes; and its own requests. */
class SalesforceGoldenTest {

  private static final String ID_1 = "001xx0000004GxDAAU";
  private static final String ID_2 = "001xx0000004GxEAAU";

  @TestFactory
  Stream<DynamicTest> everyGoldenAnswerIsRead() throws IOException {
    Path folder = GoldenAnswers.folder("salesforce");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode entry : Canonical.tree(Files.readString(folder.resolve("index.json")))) {
      String file = entry.path("file").asText();
      String body = Files.readString(folder.resolve(file));
      if (file.endsWith(".json")) {
        tests.add(dynamicTest(file, () -> check(file, entry.path("http_status").asInt(), body)));
      }
    }
    return tests.stream();
  }

  private static void check(String file, int status, String body) {
    switch (file) {
      case "collections_upsert_200_success.json" ->
          assertThat(results(Op.UPSERT, status, body))
              .containsExactly(applied(1, ID_1), applied(2, ID_2));
      case "collections_upsert_200_partial_failure.json" ->
          assertThat(results(Op.UPSERT, status, body))
              .containsExactly(
                  applied(1, ID_1),
                  rejected(
                      2, "MALFORMED_ID", "Id", "Contact ID: id value of incorrect type: " + ID_2));
      case "collections_upsert_200_allornone_rolled_back.json" ->
          assertThat(results(Op.UPSERT, status, body))
              .containsExactly(
                  new RecordResult.Retry(key(1), "ALL_OR_NONE_OPERATION_ROLLED_BACK"),
                  rejected(
                      2, "MALFORMED_ID", "Id", "Contact ID: id value of incorrect type: " + ID_2));
      case "collections_create_200_duplicate_rule.json" ->
          assertThat(results(Op.INSERT, status, body))
              .containsExactly(
                  rejected(1, "DUPLICATES_DETECTED", null, "Use one of these records?"),
                  applied(2, "003RM0000068xVCYAY"));
      case "collections_update_200_converted_lead.json" ->
          assertThat(results(Op.UPDATE, status, body, "00Q000000000001AAA"))
              .containsExactly(
                  rejected(
                      1, "CANNOT_UPDATE_CONVERTED_LEAD", null, "cannot reference converted lead"));
      case "collections_delete_200_partial_failure.json" ->
          assertThat(results(Op.DELETE, status, body, "001RM000003oLrfYAE", "001RM000003oLrB000"))
              .containsExactly(
                  applied(1, "001RM000003oLrfYAE"),
                  rejected(2, "MALFORMED_ID", null, "malformed id 001RM000003oLrB000"));
      case "error_400_malformed_id.json" -> {
        DestinationException failure = failure(status, body);
        assertThat(failure.kind()).isEqualTo(Kind.POISONED);
        assertThat(failure.code()).isEqualTo("MALFORMED_ID");
        assertThat(failure.field()).isEqualTo("Id");
      }
      case "error_401_invalid_session.json" -> {
        DestinationException failure = failure(status, body);
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.code()).isEqualTo("INVALID_SESSION_ID");
      }
      case "error_403_request_limit_exceeded.json" -> {
        DestinationException failure = failure(status, body);
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.code()).isEqualTo("REQUEST_LIMIT_EXCEEDED");
        assertThat(failure.rateHint().pause()).isEqualTo(Duration.ofMinutes(15));
      }
      case "bulk2_create_upsert_job_200.json" -> {
        // A job that is open has done nothing; there is no further answer to go by.
        Reading reading = inspection("bulk").read(batch(Op.UPSERT, 2), reply(status, body));
        DestinationException failure = ((Reading.Failed) reading).failure();
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.outcomeKnown()).isTrue();
      }
      default -> throw new AssertionError("what does " + file + " mean?");
    }
  }

  @Test
  void aJobThatHasSavedAllIsUnderstoodAndOneThatRunsIsToBeAskedAfter() {
    String job =
        "{\"id\":\"7476gEXAMPLE4X2ZWO\",\"state\":\"%s\",\"numberRecordsProcessed\":2,"
            + "\"numberRecordsFailed\":0}";
    Batch batch = batch(Op.UPSERT, 2);
    assertThat(delivery("bulk", batch, job.formatted("JobComplete")))
        .isInstanceOfSatisfying(
            Delivery.Settled.class,
            settled ->
                assertThat(settled.results()).containsExactly(applied(1, null), applied(2, null)));
    assertThat(delivery("bulk", batch, job.formatted("InProgress")))
        .isInstanceOf(Delivery.Pending.class);
  }

  private static Delivery delivery(String api, Batch batch, String body) {
    return ((Reading.Understood) inspection(api).read(batch, reply(200, body))).delivery();
  }

  /** "Upsert Records Using sObject Collections": the documentation's own request. */
  @Test
  void anUpsertIsTheDocumentedRequestThoughTheExternalIdStandsInTheKeyAlone() {
    List<Wire.Request> requests =
        inspection("auto")
            .requests(
                new Batch(
                    "b",
                    "Account",
                    Op.UPSERT,
                    List.of(
                        new Change(
                            "{\"MyExtId__c\":\"AAA\"}",
                            Op.UPSERT,
                            "{\"Name\":\"Company One\"}",
                            null,
                            1,
                            ""))));

    assertThat(requests).hasSize(1);
    Wire.Request request = requests.get(0);
    assertThat(request.method()).isEqualTo("PATCH");
    assertThat(request.uri())
        .hasToString(
            "https://example.my.salesforce.com/services/data/v66.0/composite/sobjects/Account/MyExtId__c");
    assertThat(new String(request.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"allOrNone\":false,\"records\":[{\"attributes\":{\"type\":\"Account\"},"
                + "\"Name\":\"Company One\",\"MyExtId__c\":\"AAA\"}]}");
    assertThat(request.headers()).containsEntry("Authorization", "Bearer ***");
  }

  /** "Step 5: Bulk Upsert": create, upload, close, ask, results. */
  @Test
  void aJobIsMadeAsDocumented() throws IOException {
    Path folder = GoldenAnswers.folder("salesforce");
    List<Change> changes = new ArrayList<>();
    String[][] rows = {
      {"123", "GenePoint", "800"},
      {"234", "United Oil & Gas, UK", "1467"},
      {"345", "United Oil & Gas, Singapore", "348"}
    };
    for (String[] row : rows) {
      changes.add(
          new Change(
              "{\"customExtIdField__c\":" + row[0] + "}",
              Op.UPSERT,
              "{\"customExtIdField__c\":%s,\"name\":\"%s\",\"NumberOfEmployees\":%s}"
                  .formatted((Object[]) row),
              null,
              1,
              ""));
    }
    List<Wire.Request> requests =
        inspection("bulk").requests(new Batch("b", "Account", Op.UPSERT, changes));

    String base = "/services/data/v66.0/jobs/ingest";
    String job = base + "/750000000000001AAA";
    assertThat(requests.stream().map(r -> r.method() + " " + r.uri().getPath()).distinct())
        .startsWith("POST " + base, "PUT " + job + "/batches", "GET " + job, "PATCH " + job)
        .contains("GET " + job + "/unprocessedrecords/");
    assertThat(Canonical.of(new String(requests.get(0).body(), StandardCharsets.UTF_8)))
        .isEqualTo(
            Canonical.of(
                "{\"object\":\"Account\",\"externalIdFieldName\":\"customExtIdField__c\","
                    + "\"contentType\":\"CSV\",\"operation\":\"upsert\",\"lineEnding\":\"LF\"}"));
    assertThat(new String(requests.get(1).body(), StandardCharsets.UTF_8))
        .isEqualTo(Files.readString(folder.resolve("bulk2_request_upsert.csv")).strip() + "\n");
  }

  private static Inspection inspection(String api) {
    SalesforceProvider provider = new SalesforceProvider();
    return new Inspection(
        provider,
        new DestinationConfig("acme", "crm", "salesforce", provider.sample().put("api", api)),
        Clock.systemUTC());
  }

  private static Wire.Reply reply(int status, String body) {
    return new Wire.Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  private static List<RecordResult> results(Op op, int status, String body, String... ids) {
    Reading reading =
        inspection("auto")
            .read(
                batch(op, Math.max(1, ids.length == 0 ? 2 : ids.length), ids), reply(status, body));
    return ((Delivery.Settled) ((Reading.Understood) reading).delivery()).results();
  }

  private static DestinationException failure(int status, String body) {
    Reading reading = inspection("auto").read(batch(Op.UPSERT, 1), reply(status, body));
    return ((Reading.Failed) reading).failure();
  }

  private static Batch batch(Op op, int count, String... ids) {
    List<Change> changes = new ArrayList<>();
    for (int n = 1; n <= count; n++) {
      changes.add(
          new Change(
              key(n),
              op,
              op == Op.DELETE ? null : "{\"Name\":\"Company " + n + "\"}",
              ids.length < n ? null : ids[n - 1],
              n,
              ""));
    }
    return new Batch("b", "Account", op, changes);
  }

  private static String key(int n) {
    return "{\"MyExtId__c\":\"" + n + "\"}";
  }

  private static RecordResult applied(int n, String id) {
    return new RecordResult.Applied(key(n), id);
  }

  private static RecordResult rejected(int n, String code, String field, String message) {
    return new RecordResult.Rejected(key(n), code, field, message);
  }
}
