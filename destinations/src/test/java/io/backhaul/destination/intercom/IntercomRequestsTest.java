/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.intercom;

import static io.backhaul.destination.testkit.Worded.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.testkit.Worded;
import org.junit.jupiter.api.Test;

/** What is sent to Intercom; the sandbox, which holds nothing, answers. */
class IntercomRequestsTest {

  private final Worded intercom = Worded.by("intercom");

  private static Change upsert(String key, String fields) {
    return change(Op.UPSERT, key, fields, null);
  }

  @Test
  void aContactIsCreatedWithWhatIsIntercomsAndWhatIsNot() {
    assertThat(
            intercom.of(
                "contacts",
                upsert(
                    "{\"customer_id\":17}",
                    "{\"email\":\"a@example.com\",\"signed_up_at\":\"2026-01-01T00:00:00Z\",\"plan\":null,"
                        + "\"custom_attributes.score\":9007199254740993,\"custom_attributes\":{\"x\":true}}")))
        .containsExactly(
            "POST /contacts"
                + " {\"external_id\":\"17\",\"email\":\"a@example.com\",\"signed_up_at\":1767225600,"
                + "\"custom_attributes\":{\"x\":true,\"plan\":null,\"score\":9007199254740993}}");
  }

  @Test
  void aContactWhoseIdIsKnownIsUpdatedAtOnceAndMadeAgainIfItIsGone() {
    assertThat(intercom.of("contacts", change(Op.UPSERT, "{\"id\":17}", "{\"name\":\"A\"}", "64a")))
        .containsExactly(
            "PUT /contacts/64a {\"external_id\":\"17\",\"name\":\"A\"}",
            "POST /contacts {\"external_id\":\"17\",\"name\":\"A\"}");
  }

  @Test
  void anUpdateOrADeleteWithoutAnIdLooksForTheContact() {
    assertThat(intercom.of("contacts", change(Op.UPDATE, "{\"id\":17}", "{\"name\":\"A\"}", null)))
        .containsExactly("GET /contacts/find_by_external_id/17");
    assertThat(intercom.of("contacts", change(Op.DELETE, "{\"id\":17}", null, null)))
        .containsExactly("GET /contacts/find_by_external_id/17");
    assertThat(intercom.of("contacts", change(Op.DELETE, "{\"id\":17}", null, "64a")))
        .containsExactly("DELETE /contacts/64a");
    assertThat(
            intercom.of("contacts", change(Op.DELETE, "{\"email\":\"a@example.com\"}", null, null)))
        .containsExactly(
            "POST /contacts/search {\"query\":{\"field\":\"email\",\"operator\":\"=\","
                + "\"value\":\"a@example.com\"}}");
  }

  @Test
  void aCompanyIsUpsertedByItsIdAndUpdatedWithoutIt() {
    assertThat(intercom.of("companies", upsert("{\"id\":6}", "{\"name\":\"A\",\"region\":\"eu\"}")))
        .containsExactly(
            "POST /companies"
                + " {\"company_id\":\"6\",\"name\":\"A\",\"custom_attributes\":{\"region\":\"eu\"}}");
    assertThat(intercom.of("companies", change(Op.UPDATE, "{\"id\":6}", "{\"name\":\"A\"}", "64b")))
        .containsExactly("PUT /companies/64b {\"name\":\"A\"}");
    assertThat(intercom.of("companies", change(Op.DELETE, "{\"company_id\":\"6\"}", null, null)))
        .containsExactly("GET /companies?company_id=6");
  }

  @Test
  void companiesAreTaggedByNameAndContactsByTheirId() {
    assertThat(intercom.of("tags/vip", upsert("{\"company_id\":6}", "{}")))
        .containsExactly("POST /tags {\"name\":\"vip\",\"companies\":[{\"company_id\":\"6\"}]}");
    assertThat(intercom.of("tags/vip", change(Op.DELETE, "{\"company_id\":6}", null, null)))
        .containsExactly(
            "POST /tags {\"name\":\"vip\",\"companies\":[{\"company_id\":\"6\",\"untag\":true}]}");
    assertThat(intercom.of("tags/vip", change(Op.UPSERT, "{\"id\":17}", "{}", "64a")))
        .containsExactly("POST /tags {\"name\":\"vip\",\"users\":[{\"id\":\"64a\"}]}");
    assertThat(intercom.of("tags/vip", upsert("{\"id\":17}", "{}")))
        .containsExactly("GET /contacts/find_by_external_id/17");
    assertThat(intercom.of("tags/vip", change(Op.DELETE, "{\"id\":17}", null, "64a")))
        .containsExactly("POST /tags {\"name\":\"vip\"}", "DELETE /contacts/64a/tags/101");
    assertThat(intercom.of("tags/123", change(Op.UPSERT, "{\"id\":17}", "{}", "64a")))
        .containsExactly("POST /contacts/64a/tags {\"id\":\"123\"}");
  }

  @Test
  void anEventNamesItsContactAndItsSecond() {
    assertThat(
            intercom.of(
                "events",
                change(
                    Op.INSERT,
                    "{\"event_id\":1}",
                    "{\"user_id\":17,\"event_name\":\"seen\",\"created_at\":\"2026-01-01T00:00:00Z\",\"page\":\"/\"}",
                    null)))
        .containsExactly(
            "POST /events {\"event_name\":\"seen\",\"created_at\":1767225600,\"user_id\":\"17\","
                + "\"metadata\":{\"page\":\"/\"}}");
    assertThat(
            intercom.of(
                "events",
                change(
                    Op.INSERT,
                    "{\"event_id\":1}",
                    "{\"event_name\":\"seen\",\"created_at\":1}",
                    null)))
        .isEmpty();
  }

  @Test
  void everyRequestNamesTheVersionOfTheApi() {
    assertThat(intercom.requests("contacts", upsert("{\"id\":1}", "{}")).get(0).headers())
        .containsEntry("Intercom-Version", "2.14");
  }
}
