/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the {@code connector} commands print; nothing is sent and no Spark started. */
class ConnectorCommandTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;
  private Path records;

  @BeforeEach
  void write() throws IOException {
    records =
        file(
            "records.json",
            """
            [{"key":{"email":"ann@example.com"},
              "fields":{"email":"ann@example.com","visits":9007199254740993},"destination_id":null},
             {"key":{"email":"bob@example.com"},"fields":{"firstname":null},"destination_id":"77"}]
            """);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private CalledBackhaul call(String... args) {
    return CalledBackhaul.with(new FakeOperations(), args);
  }

  private CalledBackhaul hubspot(String command, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("connector", command, "hubspot", "--object", "contacts", "--op", "upsert"));
    args.addAll(List.of("--records", records.toString(), "--json"));
    args.addAll(List.of(more));
    return call(args.toArray(String[]::new));
  }

  private static JsonNode hubspotOf(JsonNode list) {
    for (JsonNode one : list) {
      if (one.get("type").asText().equals("hubspot")) {
        return one;
      }
    }
    throw new AssertionError("hubspot is not listed");
  }

  private static JsonNode json(CalledBackhaul called) throws IOException {
    assertThat(called.code()).as(called.err()).isZero();
    return JSON.readTree(called.out());
  }

  @Test
  void listNamesEachTypeWithWhatItCanDo() throws IOException {
    JsonNode list = json(call("connector", "list", "--json"));

    JsonNode hubspot = hubspotOf(list);
    assertThat(hubspot.get("ops")).hasSize(4);
    assertThat(hubspot.get("max_records").asInt()).isEqualTo(100);
    assertThat(hubspot.get("results_per_record").asBoolean()).isTrue();
    assertThat(hubspot.get("deletes").asText()).contains("archives");
    assertThat(call("connector", "list").out()).contains("hubspot", "salesforce", "per record");
  }

  @Test
  void writeShowsTheExactRequestWithoutItsSecretsAndNumbersAsTheyAre() throws IOException {
    CalledBackhaul called = hubspot("write");

    JsonNode request = json(called).get(0);
    assertThat(request.get("method").asText()).isEqualTo("POST");
    assertThat(request.get("url").asText())
        .isEqualTo("https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert");
    assertThat(request.at("/headers/Authorization").asText()).isEqualTo("Bearer ***");
    assertThat(request.at("/body/inputs/0/properties/visits").asText())
        .isEqualTo("9007199254740993");
    assertThat(called.out()).doesNotContain("sample-token");
  }

  @Test
  void writeTakesADestinationFileAndMakesUpSecretsThatAreNotSet() throws IOException {
    Path destination =
        file(
            "hub.yaml",
            """
            type: hubspot
            url: https://eu.example.com/hub
            auth: {type: bearer, token: "${env:BACKHAUL_TEST_TOKEN_THAT_IS_NOT_SET}"}
            batch: {max_records: 1}
            """);

    JsonNode requests = json(hubspot("write", "--destination", destination.toString()));

    assertThat(requests).hasSize(2);
    assertThat(requests.at("/1/url").asText())
        .isEqualTo("https://eu.example.com/hub/crm/v3/objects/contacts/batch/upsert");
    assertThat(requests.at("/1/headers/Authorization").asText()).isEqualTo("Bearer ***");
  }

  @Test
  void readGivesEachRecordItsOutcome() throws IOException {
    Path body =
        file(
            "answer.json",
            """
            {"status":"COMPLETE","results":[
              {"id":"501","properties":{"email":"ann@example.com"}},
              {"id":"77","properties":{"email":"bob@example.com"}}]}
            """);

    JsonNode reading = json(hubspot("read", "--status", "200", "--body", body.toString()));

    assertThat(reading.get("batch").isNull()).isTrue();
    assertThat(reading.at("/results/0/key/email").asText()).isEqualTo("ann@example.com");
    assertThat(reading.at("/results/0/outcome").asText()).isEqualTo("applied");
    assertThat(reading.at("/results/0/id").asText()).isEqualTo("501");
    assertThat(reading.at("/results/0/code").isNull()).isTrue();
  }

  @Test
  void readSaysWhatAThrottledAndAnAmbiguousAnswerMean() throws IOException {
    JsonNode throttled =
        json(hubspot("read", "--status", "429", "--header", "Retry-After: 3")).get("batch");
    assertThat(throttled.get("retryable").asBoolean()).isTrue();
    assertThat(throttled.get("outcome_known").asBoolean()).isTrue();
    assertThat(throttled.get("wait_seconds").asInt()).isEqualTo(3);

    JsonNode broken = json(hubspot("read", "--status", "502")).get("batch");
    assertThat(broken.get("retryable").asBoolean()).isTrue();
    assertThat(broken.get("outcome_known").asBoolean()).isFalse();
  }

  @Test
  void whatIsWrongIsSaidWithTheRemedy() throws IOException {
    CalledBackhaul misspelt =
        call(
            "connector",
            "write",
            "hubspt",
            "--object",
            "contacts",
            "--op",
            "upsert",
            "--records",
            records.toString());
    assertThat(misspelt.code()).isEqualTo(1);
    assertThat(misspelt.err()).contains("no connector 'hubspt'", "did you mean hubspot");

    Path nonsense = file("nonsense.json", "[{\"fields\":{}}]");
    CalledBackhaul keyless =
        call(
            "connector",
            "write",
            "hubspot",
            "--object",
            "contacts",
            "--op",
            "upsert",
            "--records",
            nonsense.toString());
    assertThat(keyless.code()).isEqualTo(1);
    assertThat(keyless.err()).contains("record 1 has no key");

    assertThat(call("connector").err()).contains("list, write or read");
  }
}
