/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.iterable;

import static io.backhaul.destination.testkit.Worded.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Op;
import io.backhaul.destination.Wire;
import io.backhaul.destination.testkit.VendorContract;
import io.backhaul.destination.testkit.Worded;
import org.junit.jupiter.api.Test;

/** The requests that Iterable's pages ask for. */
class IterableRequestsTest {

  private final Worded iterable = Worded.by("iterable");

  @Test
  void usersGoByEmailOrUserIdOrTheSoleKey() {
    assertThat(
            iterable.of(
                "users",
                change(Op.UPSERT, "{\"id\":1}", "{\"email\":\"a@example.com\",\"age\":null}", null),
                change(Op.UPSERT, "{\"userId\":\"u2\"}", "{\"n\":12345678901234567890}", null),
                change(Op.UPSERT, "{\"id\":3}", "{\"n\":1.50}", null)))
        .containsExactly(
            "POST /api/users/bulkUpdate {\"users\":["
                + "{\"email\":\"a@example.com\",\"dataFields\":{\"age\":null}},"
                + "{\"userId\":\"u2\",\"dataFields\":{\"n\":12345678901234567890}},"
                + "{\"userId\":\"3\",\"dataFields\":{\"n\":1.50}}]}");
  }

  @Test
  void whatTheFileSaysGoesIntoEveryRequest() {
    assertThat(
            iterable
                .with("{\"create_fields\":false,\"merge_nested\":true,\"prefer_user_id\":true}")
                .of("users", change(Op.UPSERT, "{\"userId\":\"u\"}", "{\"a\":1}", null)))
        .containsExactly(
            "POST /api/users/bulkUpdate {\"users\":[{\"userId\":\"u\",\"dataFields\":{\"a\":1},"
                + "\"mergeNestedObjects\":true,\"preferUserId\":true}],\"createNewFields\":false}");
  }

  @Test
  void aDeleteIsACallForEachUser() {
    assertThat(
            iterable.of(
                "users",
                change(Op.DELETE, "{\"email\":\"a+b/c@example.com\"}", null, null),
                change(Op.DELETE, "{\"id\":17}", null, null)))
        .containsExactly(
            "DELETE /api/users/a%2Bb%2Fc%40example.com", "DELETE /api/users/byUserId/17");
  }

  @Test
  void anEventTakesTheIdOfItsKey() {
    assertThat(
            iterable.of(
                "events",
                change(
                    Op.INSERT,
                    "{\"event_id\":\"e1\"}",
                    "{\"email\":\"a@example.com\",\"eventName\":\"bought\","
                        + "\"createdAt\":\"2026-03-01T12:00:00Z\",\"total\":9.90}",
                    null)))
        .containsExactly(
            "POST /api/events/trackBulk {\"events\":[{\"email\":\"a@example.com\","
                + "\"eventName\":\"bought\",\"id\":\"e1\",\"createdAt\":1772366400,"
                + "\"dataFields\":{\"total\":9.90}}]}");
  }

  @Test
  void membersOfAList() {
    assertThat(
            iterable.of("lists/42", change(Op.UPSERT, "{\"email\":\"a@example.com\"}", "{}", null)))
        .containsExactly(
            "POST /api/lists/subscribe"
                + " {\"listId\":42,\"subscribers\":[{\"email\":\"a@example.com\"}]}");
    assertThat(iterable.of("lists/42", change(Op.DELETE, "{\"userId\":\"u1\"}", null, null)))
        .containsExactly(
            "POST /api/lists/unsubscribe {\"listId\":42,\"subscribers\":[{\"userId\":\"u1\"}]}");
  }

  @Test
  void everyRequestIsAsIterableDescribesIt() {
    VendorContract described = VendorContract.of("iterable");
    String who = "{\"email\":\"a@example.com\"}";
    for (Wire.Request request :
        iterable
            .with("{\"create_fields\":true,\"merge_nested\":true,\"prefer_user_id\":true}")
            .requests(
                "events",
                change(Op.UPSERT, "{\"id\":\"e\"}", eventOf("email", "a@example.com"), null),
                change(Op.UPSERT, "{\"id\":\"f\"}", eventOf("userId", "u"), null))) {
      described.check(request);
    }
    iterable
        .requests("lists/42", change(Op.UPSERT, who, "{\"firstName\":\"A\"}", null))
        .forEach(described::check);
    iterable.requests("lists/42", change(Op.DELETE, who, null, null)).forEach(described::check);
    iterable
        .requests("users", change(Op.DELETE, "{\"userId\":\"u\"}", null, null))
        .forEach(described::check);
  }

  private static String eventOf(String kind, String who) {
    return "{\""
        + kind
        + "\":\""
        + who
        + "\",\"eventName\":\"bought\",\"createdAt\":\"2026-03-01\",\"campaignId\":3,\"x\":null}";
  }
}
