/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import static io.backhaul.destination.generic.DescribedApi.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.RecordResult.Applied;
import io.backhaul.destination.RecordResult.Rejected;
import io.backhaul.destination.RecordResult.Retry;
import io.backhaul.destination.RecordResult.Unknown;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls that carry one record, and the turns they take. */
class RecordCallTest {

  private static final String K1 = "{\"id\":1}";
  private static final String K2 = "{\"id\":2}";
  private static final String K3 = "{\"id\":3}";

  /** An API as Intercom's is. */
  private static final String CONTACTS =
      """
      batch: {max_records: 10}
      failure: {code: '/errors/0/code', message: '/errors/0/message'}
      limits: {remaining: X-Left, reset: X-Reset}
      calls:
        many: {upsert: {}}
        contacts:
          identity: [external_id]
          upsert:
            records: one
            path: /contacts
            route: [{when: .id, call: update}]
            body: '.fields + {"external_id": .identity.value}'
            results: {id: /id}
            fallback:
              - when: $status == 409 and test(.errors[0].message, "archived")
                call: unarchive
                id: capture(.errors[0].message, "id=(?<id>\\\\w+)").id
              - when: $status == 409
                call: update
                id: capture(.errors[0].message, "id=(?<id>\\\\w+)").id
          update: {records: one, method: PUT, path: "/contacts/{.id}", body: .fields, results: {id: /id}, statuses: {404: rejected}}
          delete:
            records: one
            route: [{when: not(.id), call: find}]
            method: DELETE
            path: /contacts/{.id}
            statuses: {404: applied}
          steps:
            unarchive: {records: one, path: "/contacts/{.id}/unarchive", results: {id: /id}, then: update}
            find: {records: one, method: GET, path: "/contacts/by/{.identity.value}", results: {id: /id}, then: delete, statuses: {404: applied}}
      """;

  private final DescribedApi api = DescribedApi.of(CONTACTS);

  private List<RecordResult> upsert(String... pairs) {
    return api.write(batch("contacts", Op.UPSERT, pairs));
  }

  @Test
  void eachRecordHasACallOfItsOwn() {
    api.answers(200, "{\"id\":\"a\"}").answers(201, "{\"id\":\"b\"}");

    assertThat(upsert(K1, "{\"n\":null}", K2, "{\"external_id\":\"x\"}"))
        .containsExactly(new Applied(K1, "a"), new Applied(K2, "b"));
    assertThat(api.line(0)).isEqualTo("POST /v1/contacts");
    assertThat(api.text(0))
        .isIn("{\"n\":null,\"external_id\":1}", "{\"external_id\":1,\"n\":null}");
    assertThat(api.text(1)).isEqualTo("{\"external_id\":\"x\"}");
  }

  @Test
  void aConflictIsFollowedByAnUpdateOfTheRecordItNames() {
    api.answers(409, conflict("A contact matching those details already exists with id=60a1"))
        .answers(200, "{\"id\":\"60a1\"}");

    assertThat(upsert(K1, "{}")).containsExactly(new Applied(K1, "60a1"));
    assertThat(api.line(1)).isEqualTo("PUT /v1/contacts/60a1");
  }

  @Test
  void anArchivedRecordIsBroughtBackFirst() {
    api.answers(409, conflict("An archived contact … exists with id=60a1"))
        .answers(200, "{\"id\":\"60a1\"}")
        .answers(200, "");

    assertThat(catchThrowableOfType(DestinationException.class, () -> upsert(K1, "{}")).kind())
        .isEqualTo(Kind.CONTRADICTORY);
    assertThat(api.line(1)).isEqualTo("POST /v1/contacts/60a1/unarchive");
    assertThat(api.line(2)).isEqualTo("PUT /v1/contacts/60a1");
  }

  @Test
  void aConflictThatNamesNoRecordIsARejection() {
    api.answers(409, conflict("already exists with id="));

    assertThat(upsert(K1, "{}"))
        .containsExactly(new Rejected(K1, "conflict", null, "already exists with id="));
    assertThat(api.requests).hasSize(1);
  }

  private static String conflict(String message) {
    return "{\"errors\":[{\"code\":\"conflict\",\"message\":\"" + message + "\"}]}";
  }

  @Test
  void aDeleteFindsTheRecordFirstAndOneThatIsGoneIsDeleted() {
    api.answers(200, "{\"id\":\"a\"}").answers(200, "{}").answers(404, "").answers(404, "");

    assertThat(api.write(batch("contacts", Op.DELETE, K1, "", K2, "", K3, "known")))
        .containsExactly(new Applied(K1, "a"), new Applied(K2, null), new Applied(K3, "known"));
    assertThat(api.line(0)).isEqualTo("GET /v1/contacts/by/1");
    assertThat(api.requests.get(0).body()).isNull();
    assertThat(api.line(1)).isEqualTo("DELETE /v1/contacts/a");
    assertThat(api.line(2)).isEqualTo("GET /v1/contacts/by/2");
    assertThat(api.line(3)).isEqualTo("DELETE /v1/contacts/known");
  }

  @Test
  void aRecordWithoutAValueThatItsAddressNeedsIsRejected() {
    List<RecordResult> results = api.write(batch("contacts", Op.UPDATE, K1, "{}", K2, "{}"));

    assertThat(results).allMatch(result -> ((Rejected) result).code().equals("VALUE_MISSING"));
    assertThat(api.requests).isEmpty();
  }

  @Test
  void aRejectionIsTheRecordsAloneAndAThrottleEndsTheSeries() {
    api.answers(422, "{\"errors\":[{\"code\":\"bad\",\"message\":\"no\"}]}").answers(429, "");

    assertThat(upsert(K1, "{}", K2, "{}", K3, "{}"))
        .containsExactly(
            new Rejected(K1, "bad", null, "no"),
            new Retry(K2, "HTTP_429"),
            new Retry(K3, "HTTP_429"));
    assertThat(api.requests).hasSize(2);
  }

  @Test
  void aFirstCallThatFailsIsTheBatchesFailure() {
    api.answers(401, "{}");
    assertThat(
            catchThrowableOfType(DestinationException.class, () -> upsert(K1, "{}", K2, "{}"))
                .kind())
        .isEqualTo(Kind.REFUSED);
    assertThat(api.requests).hasSize(1);
  }

  @Test
  void whatIsInDoubtIsSentAgainWhereThatDoesNoHarm() {
    api.answers(200, "{\"id\":\"a\"}")
        .fails(DestinationException.inDoubt("TIMEOUT", 0, "no answer"));
    assertThat(upsert(K1, "{}", K2, "{}", K3, "{}"))
        .containsExactly(new Applied(K1, "a"), new Retry(K2, "TIMEOUT"), new Retry(K3, "TIMEOUT"));

    DescribedApi inserts =
        DescribedApi.of(
            "batch: {max_records: 9}\ncalls: {a: {insert: {records: one}}, b: {upsert: {}}}");
    inserts.fails(DestinationException.inDoubt("TIMEOUT", 0, "no answer"));
    assertThat(inserts.write(batch("a", Op.INSERT, K1, "{}", K2, "{}")))
        .containsExactly(new Unknown(K1, "no answer"), new Retry(K2, "TIMEOUT"));
  }

  @Test
  void anAllowanceThatIsUsedUpEndsTheSeries() {
    api.answers(200, "{\"id\":\"a\"}", "X-Left", "0", "X-Reset", "5");

    Delivery.Settled settled =
        (Delivery.Settled) api.deliver(batch("contacts", Op.UPSERT, K1, "{}", K2, "{}"));

    assertThat(settled.results()).containsExactly(new Applied(K1, "a"), new Retry(K2, "NOT_SENT"));
    assertThat(settled.rateHint().pause()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void anApiThatTakesOneRecordACallTakesBatchesOfOne() {
    DescribedApi one =
        DescribedApi.of("calls: {a: {upsert: {records: one, max_item_bytes: 5, body: .fields}}}");

    assertThat(one.destination().capabilities().maxRecords()).isEqualTo(1);
    assertThat(((Rejected) one.write(batch("a", Op.UPSERT, K1, "{\"n\":1}")).get(0)).code())
        .isEqualTo("TOO_LARGE");
    assertThat(one.requests).isEmpty();
  }
}
