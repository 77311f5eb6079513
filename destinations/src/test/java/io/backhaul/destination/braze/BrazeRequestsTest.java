/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.braze;

import static io.backhaul.destination.testkit.Worded.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.testkit.Worded;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is sent to Braze. */
class BrazeRequestsTest {

  private final Worded braze = Worded.by("braze");

  private static Change upsert(String key, String fields) {
    return change(Op.UPSERT, key, fields, null);
  }

  @Test
  void theSoleKeyColumnIsTheExternalIdWhateverItsName() {
    assertThat(
            braze.of(
                "users",
                upsert("{\"customer_id\":17}", "{\"email\":\"a@example.com\",\"plan\":null}"),
                upsert(
                    "{\"customer_id\":18}", "{\"external_id\":\"x\",\"score\":9007199254740993}")))
        .containsExactly(
            "POST /users/track {\"attributes\":["
                + "{\"external_id\":\"17\",\"email\":\"a@example.com\",\"plan\":null},"
                + "{\"external_id\":\"x\",\"score\":9007199254740993}]}");
  }

  @Test
  void aKeyThatIsAnAddressIsOneAndSoIsWhatTheFileSays() {
    assertThat(braze.of("users", upsert("{\"email\":\"a@example.com\"}", "{\"plan\":\"pro\"}")))
        .containsExactly(
            "POST /users/track {\"attributes\":[{\"email\":\"a@example.com\",\"plan\":\"pro\"}]}");
    assertThat(
            braze
                .with("{\"identity\":\"phone\"}")
                .of("users", upsert("{\"id\":1}", "{\"phone\":\"+15550100\",\"plan\":\"pro\"}")))
        .containsExactly(
            "POST /users/track {\"attributes\":[{\"phone\":\"+15550100\",\"plan\":\"pro\"}]}");
  }

  @Test
  void anAliasCreatesAUserWhereItIsUpserted() {
    String alias = "{\"alias_name\":\"n\",\"alias_label\":\"l\"}";
    String fields = "{\"user_alias\":" + alias + ",\"plan\":\"pro\"}";
    assertThat(braze.of("users", upsert("{\"id\":1}", fields)))
        .containsExactly(
            "POST /users/track {\"attributes\":[{\"user_alias\":"
                + alias
                + ",\"plan\":\"pro\",\"_update_existing_only\":false}]}");
  }

  @Test
  void anUpdateLeavesOutWhoIsNotThereAndGoesByBrazesIdWhereItIsKnown() {
    assertThat(
            braze.of(
                "users",
                change(Op.UPDATE, "{\"id\":1}", "{\"plan\":\"pro\"}", null),
                change(Op.UPDATE, "{\"id\":2}", "{\"plan\":\"pro\"}", "5f0")))
        .containsExactly(
            "POST /users/track {\"attributes\":["
                + "{\"external_id\":\"1\",\"plan\":\"pro\",\"_update_existing_only\":true},"
                + "{\"braze_id\":\"5f0\",\"plan\":\"pro\",\"_update_existing_only\":true}]}");
  }

  @Test
  void deletesGoFiftyACallAndByOneKindOfIdentifierACall() {
    Change[] many =
        IntStream.rangeClosed(1, 60)
            .mapToObj(n -> change(Op.DELETE, "{\"id\":" + n + "}", null, null))
            .toArray(Change[]::new);
    assertThat(braze.of("users", many))
        .hasSize(2)
        .allMatch(request -> request.startsWith("POST /users/delete {\"external_ids\":["));
    assertThat(
            braze.of(
                "users",
                change(Op.DELETE, "{\"id\":1}", null, null),
                change(Op.DELETE, "{\"email\":\"a@example.com\"}", null, null),
                change(Op.DELETE, "{\"id\":3}", null, "5f0")))
        .containsExactlyInAnyOrder(
            "POST /users/delete {\"external_ids\":[\"1\"]}",
            "POST /users/delete {\"email_addresses\":[{\"email\":\"a@example.com\","
                + "\"prioritization\":[\"identified\",\"most_recently_updated\"]}]}",
            "POST /users/delete {\"braze_ids\":[\"5f0\"]}");
  }

  @Test
  void whatAnEventOrAPurchaseHasBesideBrazesOwnAreItsProperties() {
    assertThat(
            braze.of(
                "events",
                change(
                    Op.INSERT,
                    "{\"event_id\":7}",
                    "{\"external_id\":\"u1\",\"name\":\"rented\",\"time\":\"2026-01-01T00:00:00Z\","
                        + "\"movie\":\"Egg\",\"properties\":{\"year\":1999}}",
                    null)))
        .containsExactly(
            "POST /users/track {\"events\":[{\"external_id\":\"u1\",\"name\":\"rented\","
                + "\"time\":\"2026-01-01T00:00:00Z\",\"properties\":{\"year\":1999,\"movie\":\"Egg\"}}]}");
    assertThat(
            braze.of(
                "purchases",
                change(
                    Op.INSERT,
                    "{\"user_id\":\"u1\"}",
                    "{\"product_id\":\"p\",\"currency\":\"USD\",\"price\":219.980,"
                        + "\"time\":\"2026-01-01T00:00:00Z\"}",
                    null)))
        .containsExactly(
            "POST /users/track {\"purchases\":[{\"external_id\":\"u1\",\"product_id\":\"p\","
                + "\"currency\":\"USD\",\"price\":219.980,\"time\":\"2026-01-01T00:00:00Z\"}]}");
  }

  @Test
  void anEventOfNobodyIsNotSent() {
    assertThat(
            braze.of(
                "events",
                change(
                    Op.INSERT,
                    "{\"event_id\":7}",
                    "{\"name\":\"x\",\"time\":\"2026-01-01T00:00:00Z\"}",
                    null)))
        .isEmpty();
  }

  @Test
  void aBackfillSaysThatItIsOne() {
    Change change = upsert("{\"id\":1}", "{}");
    assertThat(braze.requests("users", change).get(0).headers()).doesNotContainKey("X-Braze-Bulk");
    assertThat(braze.with("{\"bulk\":true}").requests("users", change).get(0).headers())
        .containsEntry("X-Braze-Bulk", "true");
  }
}
