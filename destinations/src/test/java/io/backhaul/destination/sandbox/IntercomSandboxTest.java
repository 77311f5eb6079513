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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntercomSandboxTest {

  private final SandboxServer sandbox =
      SandboxServer.start(
          0, SandboxScript.FAULTLESS, RequestLedger.complete(), SettableClock.atNoon());
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    sandbox.close();
  }

  private HttpResponse<String> call(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sandbox.url() + "/intercom" + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer any")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode ok(String method, String path, String body) throws Exception {
    HttpResponse<String> response = call(method, path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Canonical.tree(response.body());
  }

  @Test
  void aContactIsCreatedOnceAndUpdatedById() throws Exception {
    String id =
        ok(
                "POST",
                "/contacts",
                "{\"external_id\":\"17\",\"email\":\"a@example.com\",\"custom_attributes\":{\"plan\":\"pro\"}}")
            .path("id")
            .asText();
    HttpResponse<String> again =
        call("POST", "/contacts", "{\"external_id\":\"18\",\"email\":\"A@example.com\"}");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(again.body())
        .contains("A contact matching those details already exists with id=" + id);

    JsonNode updated =
        ok("PUT", "/contacts/" + id, "{\"name\":\"Ada\",\"custom_attributes\":{\"score\":3}}");
    assertThat(updated.at("/custom_attributes/plan").asText()).isEqualTo("pro");
    assertThat(updated.at("/custom_attributes/score").asInt()).isEqualTo(3);
    assertThat(ok("GET", "/contacts/find_by_external_id/17", "").path("name").asText())
        .isEqualTo("Ada");
    assertThat(call("PUT", "/contacts/999", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void aContactThatIsArchivedIsInTheWayUntilItIsUnarchived() throws Exception {
    String id = ok("POST", "/contacts", "{\"external_id\":\"17\"}").path("id").asText();
    assertThat(ok("POST", "/contacts/" + id + "/archive", "").path("archived").asBoolean())
        .isTrue();

    assertThat(call("POST", "/contacts", "{\"external_id\":\"17\"}").body())
        .contains("An archived contact matching those details already exists with id=" + id);
    assertThat(call("PUT", "/contacts/" + id, "{}").statusCode()).isEqualTo(404);
    assertThat(ok("POST", "/contacts/" + id + "/unarchive", "").path("archived").asBoolean())
        .isFalse();
    ok("PUT", "/contacts/" + id, "{}");
  }

  @Test
  void aContactThatIsDeletedIsGoneForGoodAndItsIdsAreFree() throws Exception {
    String id = ok("POST", "/contacts", "{\"external_id\":\"17\"}").path("id").asText();
    assertThat(ok("DELETE", "/contacts/" + id, "").path("deleted").asBoolean()).isTrue();

    assertThat(call("DELETE", "/contacts/" + id, "").statusCode()).isEqualTo(404);
    assertThat(call("POST", "/contacts/" + id + "/unarchive", "").body())
        .contains("is not restorable");
    assertThat(ok("POST", "/contacts", "{\"external_id\":\"17\"}").path("id").asText())
        .isNotEqualTo(id);
  }

  @Test
  void aContactIsFoundByItsAddressAndASearchForNobodyIsAnEmptyList() throws Exception {
    String id = ok("POST", "/contacts", "{\"email\":\"a@example.com\"}").path("id").asText();

    assertThat(search("a@example.com").at("/data/0/id").asText()).isEqualTo(id);
    assertThat(search("b@example.com").path("total_count").asInt()).isZero();
  }

  private JsonNode search(String email) throws Exception {
    return ok(
        "POST",
        "/contacts/search",
        "{\"query\":{\"field\":\"email\",\"operator\":\"=\",\"value\":\"" + email + "\"}}");
  }

  @Test
  void aCompanyIsCreatedAndUpdatedByItsCompanyId() throws Exception {
    String id =
        ok("POST", "/companies", "{\"company_id\":\"6\",\"name\":\"A\"}").path("id").asText();
    JsonNode again = ok("POST", "/companies", "{\"company_id\":\"6\",\"size\":7}");
    assertThat(again.path("id").asText()).isEqualTo(id);
    assertThat(again.path("name").asText()).isEqualTo("A");
    assertThat(ok("GET", "/companies?company_id=6", "").path("id").asText()).isEqualTo(id);
    ok("DELETE", "/companies/" + id, "");
    assertThat(call("DELETE", "/companies/" + id, "").body()).contains("company_not_found");
  }

  @Test
  void tagsAreMadeByTheirNameAndPutOnAndTakenOff() throws Exception {
    String contact = ok("POST", "/contacts", "{\"external_id\":\"17\"}").path("id").asText();
    ok("POST", "/companies", "{\"company_id\":\"6\"}");
    String users = "{\"name\":\"vip\",\"users\":[{\"id\":\"" + contact + "\"}]}";
    String tag = ok("POST", "/tags", users).path("id").asText();
    ok("POST", "/tags", "{\"name\":\"vip\",\"companies\":[{\"company_id\":\"6\"}]}");
    assertThat(sandbox.records("tags/vip")).containsOnlyKeys("contact 17", "company 6");

    ok("DELETE", "/contacts/" + contact + "/tags/" + tag, "");
    ok("POST", "/tags", "{\"name\":\"vip\",\"companies\":[{\"company_id\":\"6\",\"untag\":true}]}");
    assertThat(sandbox.records("tags/vip")).isEmpty();
    assertThat(call("POST", "/contacts/" + contact + "/tags", "{\"id\":\"9\"}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void anEventOfTheSameSecondIsTheSameEvent() throws Exception {
    ok("POST", "/contacts", "{\"external_id\":\"17\"}");
    String event = "{\"event_name\":\"seen\",\"created_at\":1767225600,\"user_id\":\"17\"}";

    assertThat(call("POST", "/events", event).statusCode()).isEqualTo(202);
    assertThat(call("POST", "/events", event).statusCode()).isEqualTo(202);
    assertThat(sandbox.records("events")).hasSize(1);
    assertThat(call("POST", "/events", event.replace("17\"", "99\"")).statusCode()).isEqualTo(404);
  }

  @Test
  void aRuleOfTheScriptsRefusesACustomAttribute() throws Exception {
    sandbox.script(
        SandboxScript.FAULTLESS.with(
            Rejection.when("plan", "gold", "parameter_invalid", "no such plan")));
    HttpResponse<String> refused =
        call(
            "POST",
            "/contacts",
            "{\"external_id\":\"17\",\"custom_attributes\":{\"plan\":\"gold\"}}");

    assertThat(refused.statusCode()).isEqualTo(400);
    JsonNode error = Canonical.tree(refused.body()).at("/errors/0");
    assertThat(error.path("code").asText()).isEqualTo("parameter_invalid");
    assertThat(error.path("field").asText()).isEqualTo("plan");
  }

  @Test
  void theWorkspaceSaysWhoItIsAndWhatItHas() throws Exception {
    assertThat(ok("GET", "/me", "").at("/app/name").asText()).isEqualTo("Sandbox");
    assertThat(ok("GET", "/data_attributes?model=company", "").path("data"))
        .anyMatch(each -> each.path("full_name").asText().equals("custom_attributes.region"));
    assertThat(call("GET", "/conversations", "").statusCode()).isEqualTo(404);
  }
}
