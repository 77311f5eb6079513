/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SandboxServerTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), clock);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    sandbox.close();
  }

  private HttpResponse<String> post(String path, String key, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(sandbox.url() + path))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(sandbox.url() + path)).build();
    return Canonical.tree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private static String contacts(String op, String... records) {
    return "{\"object\":\"contacts\",\"op\":\""
        + op
        + "\",\"records\":["
        + String.join(",", records)
        + "]}";
  }

  private static String record(int id, String fields) {
    return "{\"key\":{\"id\":" + id + "},\"fields\":" + fields + "}";
  }

  @Test
  void keepsWhatIsUpsertedAndForgetsWhatIsDeleted() throws Exception {
    post("/api", null, contacts("upsert", record(1, "{\"a\":1,\"b\":\"x\"}"), record(2, "{}")));
    post("/api", null, contacts("upsert", record(1, "{\"b\":null}")));
    HttpResponse<String> gone =
        post("/api", null, contacts("delete", "{\"key\":{\"id\":2}}", "{\"key\":{\"id\":3}}"));

    assertThat(sandbox.records("contacts")).containsOnlyKeys("{\"id\":1}");
    assertThat(sandbox.records("contacts").get("{\"id\":1}")).isEqualTo("{\"a\":1,\"b\":null}");
    assertThat(gone.body()).contains("{\"key\":{\"id\":3},\"status\":\"applied\"}");
    assertThat(get("/sandbox/records?object=contacts").path("records")).hasSize(1);
  }

  @Test
  void insertsOfWhatIsThereAndUpdatesOfWhatIsNotAreRejected() throws Exception {
    post("/api", null, contacts("insert", record(1, "{}")));

    assertThat(post("/api", null, contacts("insert", record(1, "{}"))).body())
        .contains("ALREADY_EXISTS");
    assertThat(post("/api", null, contacts("update", record(9, "{}"))).body())
        .contains("NOT_FOUND");
  }

  @Test
  void aKnownIdempotencyKeyGetsTheFirstAnswerAgainAndAppliesNothing() throws Exception {
    String body = contacts("insert", record(1, "{}"));
    HttpResponse<String> first = post("/api", "k1", body);
    HttpResponse<String> second = post("/api", "k1", body);

    assertThat(second.body()).isEqualTo(first.body()).contains("applied");
    assertThat(sandbox.ledger().replayed()).isEqualTo(1);
    assertThat(sandbox.ledger().applied()).isEqualTo(1);
    assertThat(post("/api", "k1", contacts("insert", record(2, "{}"))).statusCode()).isEqualTo(409);
  }

  @Test
  void aThrottleNamesTheSecondsThatAreLeftRoundedUp() throws Exception {
    post("/sandbox/script", null, "{\"faults\":[{\"fault\":\"throttle\",\"for\":\"3s\"}]}");
    String body = contacts("upsert", record(1, "{}"));

    assertThat(post("/api", null, body).headers().firstValue("Retry-After")).hasValue("3");
    clock.advance(Duration.ofMillis(1_500));
    HttpResponse<String> later = post("/api", null, body);
    assertThat(later.statusCode()).isEqualTo(429);
    assertThat(later.headers().firstValue("Retry-After")).hasValue("2");
    clock.advance(Duration.ofMillis(1_500));
    assertThat(post("/api", null, body).statusCode()).isEqualTo(200);
  }

  @Test
  void faultsStartAndEndByCount() throws Exception {
    sandbox.script(
        SandboxScript.FAULTLESS.with(
            Fault.times(Fault.Kind.THROTTLE_SILENTLY, 1).startingAfter(1)));
    String body = contacts("upsert", record(1, "{}"));

    assertThat(post("/api", null, body).statusCode()).isEqualTo(200);
    assertThat(post("/api", null, body).statusCode()).isEqualTo(429);
    assertThat(post("/api", null, body).statusCode()).isEqualTo(200);
  }

  @Test
  void aResetAfterApplyIsInTheLedgerAsAppliedAndNotAnswered() {
    sandbox.script(SandboxScript.FAULTLESS.with(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1)));

    assertThatThrownBy(() -> post("/api", "k", contacts("upsert", record(1, "{}"))))
        .isInstanceOf(IOException.class);
    assertThat(sandbox.ledger().entries())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.applied()).isEqualTo(1);
              assertThat(entry.answered()).isFalse();
            });
  }

  @Test
  void partialAnswersPutOffEverySecondRecord() throws Exception {
    sandbox.script(SandboxScript.FAULTLESS.with(Fault.times(Fault.Kind.PARTIAL, 1)));

    String answer =
        post("/api", null, contacts("upsert", record(1, "{}"), record(2, "{}"), record(3, "{}")))
            .body();
    assertThat(answer).containsOnlyOnce("\"retry\"").contains("{\"id\":2},\"status\":\"retry\"");
    assertThat(sandbox.records("contacts")).hasSize(2);
  }

  @Test
  void valuesThatBreakARuleAreRejectedWithItsCodeAndField() throws Exception {
    post(
        "/sandbox/script",
        null,
        "{\"rejections\":[{\"object\":\"contacts\",\"field\":\"email\",\"unless\":\"^[^@ ]+@[^@"
            + " ]+$\",\"code\":\"INVALID_EMAIL\",\"message\":\"no address\"}]}");
    String body =
        contacts(
            "upsert",
            record(1, "{\"email\":\"a@example.com\"}"),
            record(2, "{\"email\":\"nonsense\"}"),
            record(3, "{\"email\":null}"));

    assertThat(post("/api", null, body).body())
        .containsOnlyOnce("rejected")
        .contains("\"code\":\"INVALID_EMAIL\",\"field\":\"email\",\"message\":\"no address\"");
    assertThat(sandbox.records("contacts")).hasSize(2);
    assertThat(get("/sandbox/ledger").path("rejected").asInt()).isEqualTo(1);
  }

  @Test
  void theStrictAddressTakesAllRecordsOrNone() throws Exception {
    sandbox.script(
        SandboxScript.FAULTLESS.with(Rejection.when("name", "bad", "BAD_NAME", "not that name")));
    HttpResponse<String> refused =
        post(
            "/strict",
            null,
            contacts("upsert", record(1, "{\"name\":\"ok\"}"), record(2, "{\"name\":\"bad\"}")));

    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("BAD_NAME");
    assertThat(sandbox.records("contacts")).isEmpty();
  }

  @Test
  void aScriptThatIsWrongSaysWhatIsWrong() throws Exception {
    assertThat(post("/sandbox/script", null, "{\"fault\":[]}").body())
        .contains("unknown fault; there are latency, faults, rejections");
    assertThat(post("/sandbox/script", null, "{\"faults\":[{\"fault\":\"flood\"}]}").body())
        .contains("no fault is called 'flood'; there are throttle");
    assertThat(post("/sandbox/script", null, "{\"latency\":\"fast\"}").body())
        .contains("'fast' is not a duration: write 500ms, 3s or 1m");
    assertThat(post("/api", null, "not json").body()).contains("the body is not JSON");
  }

  @Test
  void hubSpotNamesFailuresByTraceIdAndWithoutOneFailsTheWholeCall() throws Exception {
    sandbox.script(
        SandboxScript.FAULTLESS.with(
            Rejection.unless("email", "@", "INVALID_EMAIL", "no address")));
    String traced =
        "{\"inputs\":[{\"id\":\"a@example.com\",\"idProperty\":\"email\",\"objectWriteTraceId\":\"t1\","
            + "\"properties\":{\"email\":\"a@example.com\"}},{\"id\":\"b\",\"idProperty\":\"email\","
            + "\"objectWriteTraceId\":\"t2\",\"properties\":{\"email\":\"b\"}}]}";

    HttpResponse<String> partial = post("/crm/v3/objects/contacts/batch/upsert", null, traced);
    assertThat(partial.statusCode()).isEqualTo(207);
    JsonNode answer = Canonical.tree(partial.body());
    assertThat(answer.path("results")).hasSize(1);
    assertThat(answer.at("/errors/0/context/objectWriteTraceId/0").asText()).isEqualTo("t2");

    String untraced = traced.replaceAll("\"objectWriteTraceId\":\"t\\d\",", "");
    assertThat(post("/crm/v3/objects/contacts/batch/upsert", null, untraced).statusCode())
        .isEqualTo(400);
  }
}
