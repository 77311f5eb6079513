/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrazeSandboxTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), clock);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    sandbox.close();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sandbox.url() + "/braze" + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer any")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode body(HttpResponse<String> response) {
    return Canonical.tree(response.body());
  }

  @Test
  void attributesOfAUserAddUpAndThoseOfNobodyAreTakenForUpdatesToo() throws Exception {
    post("/users/track", "{\"attributes\":[{\"external_id\":\"u1\",\"a\":1,\"b\":\"x\"}]}");
    HttpResponse<String> second =
        post(
            "/users/track",
            "{\"attributes\":[{\"external_id\":\"u1\",\"b\":null},"
                + "{\"external_id\":\"u2\",\"a\":1,\"_update_existing_only\":true}]}");

    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(body(second).path("attributes_processed").asInt()).isEqualTo(2);
    assertThat(sandbox.records("users")).containsOnlyKeys("u1");
    assertThat(Canonical.of(sandbox.records("users").get("u1")))
        .isEqualTo("{\"a\":1,\"b\":null,\"external_id\":\"u1\"}");
  }

  @Test
  void anObjectWithoutAUserIsNamedByArrayAndIndexAndTheOthersAreTaken() throws Exception {
    JsonNode answer =
        body(
            post(
                "/users/track",
                "{\"attributes\":[{\"a\":1},{\"external_id\":\"u1\"}],\"events\":[{\"external_id\":\"u1\","
                    + "\"name\":\"seen\",\"time\":\"2026-01-01T00:00:00Z\"},{\"external_id\":\"u1\",\"name\":\"x\"}]}"));

    assertThat(answer.path("message").asText()).isEqualTo("success");
    assertThat(answer.path("attributes_processed").asInt()).isEqualTo(1);
    assertThat(answer.path("events_processed").asInt()).isEqualTo(1);
    assertThat(answer.at("/errors/0/input_array").asText()).isEqualTo("attributes");
    assertThat(answer.at("/errors/0/index").asInt()).isZero();
    assertThat(answer.at("/errors/1/index").asInt()).isEqualTo(1);
    assertThat(answer.at("/errors/1/type").asText()).isEqualTo("'time' is required");
  }

  @Test
  void anEventThatComesAgainIsAnotherEvent() throws Exception {
    String event =
        "{\"events\":[{\"external_id\":\"u1\",\"name\":\"seen\",\"time\":\"2026-01-01T00:00:00Z\"}]}";
    post("/users/track", event);
    post("/users/track", event);

    assertThat(sandbox.records("events")).hasSize(2);
  }

  @Test
  void anAliasCreatesAUserOnlyWhereItIsToldTo() throws Exception {
    String alias = "\"user_alias\":{\"alias_name\":\"n\",\"alias_label\":\"l\"}";
    post("/users/track", "{\"attributes\":[{" + alias + "}]}");
    assertThat(sandbox.records("users")).isEmpty();

    post("/users/track", "{\"attributes\":[{\"_update_existing_only\":false," + alias + "}]}");
    assertThat(sandbox.records("users")).hasSize(1);
    post("/users/delete", "{\"user_aliases\":[{\"alias_name\":\"n\",\"alias_label\":\"l\"}]}");
    assertThat(sandbox.records("users")).isEmpty();
  }

  @Test
  void deletesAreCountedAndLimitsAreEnforced() throws Exception {
    post("/users/track", "{\"attributes\":[{\"external_id\":\"u1\"}]}");
    HttpResponse<String> deleted = post("/users/delete", "{\"external_ids\":[\"u1\",\"u2\"]}");
    assertThat(body(deleted).path("deleted").asInt()).isEqualTo(1);
    assertThat(sandbox.records("users")).isEmpty();

    String ids = String.join(",", Collections.nCopies(51, "\"u\""));
    assertThat(post("/users/delete", "{\"external_ids\":[" + ids + "]}").statusCode())
        .isEqualTo(400);
    String items = String.join(",", Collections.nCopies(76, "{\"external_id\":\"u\"}"));
    assertThat(post("/users/track", "{\"attributes\":[" + items + "]}").body())
        .contains("Max Input Length Exceeded");
    assertThat(
            post("/users/delete", "{\"external_ids\":[\"a\"],\"braze_ids\":[\"b\"]}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void theAllowanceIsToldAndIsFullAgainAfterItsWindow() throws Exception {
    String nobody = "{\"external_ids\":[\"u1\"]}";
    HttpResponse<String> first = post("/users/delete", nobody);
    assertThat(first.headers().firstValue("X-RateLimit-Remaining")).hasValue("2999");
    long noon = clock.instant().getEpochSecond();
    assertThat(first.headers().firstValue("X-RateLimit-Reset")).hasValue(Long.toString(noon + 3));

    sandbox.script(SandboxScript.FAULTLESS.with(Fault.times(Fault.Kind.THROTTLE, 1)));
    HttpResponse<String> throttled = post("/users/delete", nobody);
    assertThat(throttled.statusCode()).isEqualTo(429);
    assertThat(throttled.body()).isEqualTo("{\"message\":\"Rate limit exceeded\"}");
    assertThat(throttled.headers().firstValue("X-RateLimit-Remaining")).hasValue("0");
    assertThat(throttled.headers().firstValue("Retry-After")).isEmpty();
  }

  @Test
  void nobodyComesInWithoutAKey() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sandbox.url() + "/braze/users/track"))
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(401);
  }
}
