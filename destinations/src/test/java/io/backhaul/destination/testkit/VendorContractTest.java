/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That a description takes what its vendor documents, and has teeth. */
class VendorContractTest {

  private static final Map<String, String> JSON =
      Map.of("content-type", "application/json", "api-key", "x", "authorization", "Bearer x");

  private static List<String> problems(String vendor, String call, String body) {
    String[] words = call.split(" ");
    return VendorContract.of(vendor)
        .problems(
            words[0], words[1], JSON, body == null ? null : body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void marketoTakesLeadsWithFieldsOfTheCustomersOwnAndNoMisspeltKey() {
    String call = "POST /rest/v1/leads.json";
    String input = "\"input\":[{\"email\":\"a@example.com\",\"shoeSize\":42,\"x\":null}]}";
    assertThat(problems("marketo", call, "{\"lookupField\":\"email\"," + input)).isEmpty();
    assertThat(problems("marketo", call, "{\"lookupfield\":\"email\"," + input)).hasSize(1);
    assertThat(problems("marketo", call, "{\"action\":\"upsert\"," + input)).hasSize(1);
    assertThat(problems("marketo", call, "{}")).hasSize(1);
    assertThat(problems("marketo", "PUT /rest/v1/leads.json", "{" + input)).hasSize(1);
    assertThat(problems("marketo", "POST /rest/v1/lead.json", "{" + input)).hasSize(1);
  }

  @Test
  void marketoTakesQueries() {
    String token = "/identity/oauth/token?grant_type=client_credentials&client_id=a&client_secret=";
    assertThat(problems("marketo", "GET " + token + "b", null)).isEmpty();
    assertThat(problems("marketo", "GET /identity/oauth/token", null)).hasSize(3);
    assertThat(problems("marketo", "POST /rest/v1/lists/7/leads.json?id=1&id=2", null)).isEmpty();
    assertThat(problems("marketo", "POST /rest/v1/lists/7/leads.json?id=1,2", null)).hasSize(1);
    assertThat(problems("marketo", "POST /rest/v1/lists/x/leads.json?id=1", null)).hasSize(1);
  }

  @Test
  void slackTakesMessagesInJson() {
    String call = "POST /api/chat.postMessage";
    String message =
        "{\"channel\":\"C1\",\"text\":\"hi\",\"blocks\":[{\"type\":\"divider\"}],"
            + "\"metadata\":{\"event_type\":\"x\",\"event_payload\":{}}}";
    assertThat(problems("slack", call, message)).isEmpty();
    assertThat(problems("slack", call, "{\"text\":\"hi\"}")).hasSize(1);
    assertThat(problems("slack", call, "{\"channel\":\"C1\",\"txet\":\"hi\"}")).hasSize(1);
    String lookup = "GET /api/users.lookupByEmail";
    assertThat(problems("slack", lookup + "?email=a%40example.com", null)).isEmpty();
    assertThat(problems("slack", lookup, null)).hasSize(1);
  }

  @Test
  void iterableTakesUsersWithDataFieldsOfTheCustomersOwn() {
    String call = "POST /api/users/bulkUpdate";
    String user =
        "{\"email\":\"a@example.com\",\"dataFields\":{\"shoe\":{\"size\":42},\"x\":null}}";
    assertThat(problems("iterable", call, "{\"users\":[" + user + "]}")).isEmpty();
    assertThat(problems("iterable", call, "{\"user\":[" + user + "]}")).isNotEmpty();
    assertThat(problems("iterable", "POST /api/users/bulkUpsert", "{}")).hasSize(1);
    assertThat(
            VendorContract.of("iterable")
                .problems("POST", "/api/users/bulkUpdate", Map.of(), new byte[0]))
        .isNotEmpty();
  }
}
