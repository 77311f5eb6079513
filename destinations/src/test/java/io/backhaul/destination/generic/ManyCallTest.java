/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import static io.backhaul.destination.generic.DescribedApi.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that carry several records. */
class ManyCallTest {

  private static final String K1 = "{\"id\":1}";
  private static final String K2 = "{\"id\":2}";
  private static final String K3 = "{\"id\":3}";

  private static Batch three(Op op) {
    return batch(
        "contacts",
        op,
        K1,
        "{\"email\":\"a@example.com\",\"n\":1}",
        K2,
        "{\"email\":\"b@example.com\",\"n\":2}",
        K3,
        "{\"email\":\"c@example.com\",\"n\":3}");
  }

  private static DestinationException failure(Runnable writing) {
    DestinationException e = catchThrowableOfType(DestinationException.class, writing::run);
    assertThat(e).as("it did not fail").isNotNull();
    return e;
  }

  @Test
  void aRequestIsWordedAsTheFileSays() {
    DescribedApi api =
        DescribedApi.of(
            """
            params: {team: crm 1}
            headers: {X-Op: "{op}", X-Plain: plain, X-None: "{$params.nothing}"}
            calls:
              lists/<list_id>:
                identity: [email]
                upsert:
                  method: PUT
                  path: /lists/{$parts.list_id}/{object}
                  query: {team: "{$params.team}", size: "{size(.records)}", none: "{.nothing}", each: '{["a","b&"]}'}
                  headers: {X-Batch: "{$batch}"}
                  item: '{"who": .identity.value, "data": .fields}'
                  body: '{"list": $parts.list_id, "members": $items, "op": $op}'
            """);

    api.write(
        batch(
            "lists/4 2",
            Op.UPSERT,
            K1,
            "{\"email\":\"a@example.com\",\"big\":9007199254740993,\"exact\":12345678901234567890.50,"
                + "\"gone\":null,\"empty\":{}}"));

    assertThat(api.line(0))
        .isEqualTo("PUT /v1/lists/4%202/lists%2F4%202?team=crm%201&size=1&each=a&each=b%26");
    assertThat(api.requests.get(0).headers())
        .containsEntry("X-Op", "upsert")
        .containsEntry("X-Plain", "plain")
        .containsEntry("X-Batch", "b1")
        .containsEntry("Content-Type", "application/json")
        .doesNotContainKeys("X-None", "Idempotency-Key");
    assertThat(api.text(0))
        .isEqualTo(
            "{\"list\":\"4 2\",\"members\":[{\"who\":\"a@example.com\",\"data\":{\"email\":"
                + "\"a@example.com\",\"big\":9007199254740993,\"exact\":12345678901234567890.50,"
                + "\"gone\":null,\"empty\":{}}}],\"op\":\"upsert\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          json  | application/json                  | [{"email":"a@example.com","n":1,"gone":null}]
          lines | application/x-ndjson              | {"email":"a@example.com","n":1,"gone":null}~
          form  | application/x-www-form-urlencoded | email=a%40example.com&n=1
          text  | text/plain; charset=utf-8         | a@example.com
          """)
  void aBodyIsWrittenInItsFormat(String format, String contentType, String body) {
    String template =
        switch (format) {
          case "form" -> "$items[0]";
          case "text" -> "$items[0].email";
          default -> "$items";
        };
    DescribedApi api =
        DescribedApi.of(
            "calls: {contacts: {upsert: {item: .fields, body: '"
                + template
                + "', format: "
                + format
                + "}}}");

    api.write(
        batch("contacts", Op.UPSERT, K1, "{\"email\":\"a@example.com\",\"n\":1,\"gone\":null}"));

    assertThat(api.text(0)).isEqualTo(body.replace('~', '\n'));
    assertThat(api.requests.get(0).headers()).containsEntry("Content-Type", contentType);
  }

  @Test
  void whatIdentifiesARecordIsTheFilesFieldOrTheUsualOneOrTheSoleKey() {
    String calls = "calls: {contacts: {identity: [email, phone], upsert: {item: .identity}}}\n";
    Batch batch =
        batch(
            "contacts",
            Op.UPSERT,
            K1,
            "{\"phone\":\"1\",\"email\":\"a@example.com\"}",
            K2,
            "{\"phone\":\"2\",\"email\":\"\"}",
            K3,
            "{}");
    DescribedApi usual = DescribedApi.of(calls);
    usual.write(batch);
    DescribedApi own = DescribedApi.of(calls + "identity: {contacts: phone}");
    RecordResult without = own.write(batch).get(2);

    assertThat(((Rejected) without).code()).isEqualTo("IDENTITY_MISSING");
    assertThat(usual.text(0))
        .isEqualTo(
            "[{\"name\":\"email\",\"value\":\"a@example.com\"},{\"name\":\"phone\",\"value\":\"2\"},"
                + "{\"name\":\"id\",\"value\":3}]");
    assertThat(own.text(0))
        .isEqualTo("[{\"name\":\"phone\",\"value\":\"1\"},{\"name\":\"phone\",\"value\":\"2\"}]");
    assertThat(own.destination().capabilities().identityFields()).containsOnly("phone");
  }

  @Test
  void recordsThatCannotBeToldApartAreRejectedUnsentAndPositionsAreThoseOfTheRequest() {
    DescribedApi api =
        DescribedApi.of(
            """
            calls:
              contacts:
                identity: [email]
                ignore_case: true
                upsert:
                  item: .identity.value
                  results: {list: /errors, match: index, at: /i, unlisted: applied, code: /why}
            """);
    api.answers(200, "{\"errors\":[{\"i\":1,\"why\":\"NO\"}]}");

    List<RecordResult> results =
        api.write(
            batch(
                "contacts",
                Op.UPSERT,
                K1,
                "{\"email\":\"a@example.com\"}",
                K2,
                "{\"email\":\"A@example.com\"}",
                "{\"a\":1,\"b\":2}",
                "{}",
                K3,
                "{\"email\":\"c@example.com\"}"));

    assertThat(api.text(0)).isEqualTo("[\"a@example.com\",\"c@example.com\"]");
    assertThat(results.get(0)).isEqualTo(new Applied(K1, null));
    assertThat(((Rejected) results.get(1)).code()).isEqualTo("DUPLICATE_ID");
    assertThat(((Rejected) results.get(2)).code()).isEqualTo("IDENTITY_MISSING");
    assertThat(results.get(3)).isEqualTo(new Rejected(K3, "NO", null, null));
  }

  @Test
  void resultsAreReadByTheirOrder() {
    DescribedApi api =
        DescribedApi.of(
            """
            calls:
              contacts:
                upsert:
                  results: {list: ., outcome: /success, id: /id, code: '/errors/0/code', field: '/errors/0/fields/0', message: '/errors/0/text'}
                  errors: {LOCKED: retry, SAME: applied, LOST: unknown}
            """);
    api.answers(
        200,
        "[{\"success\":true,\"id\":17},{\"success\":false,\"errors\":[{\"code\":\"LOCKED\"}]},"
            + "{\"success\":false,\"errors\":[{\"code\":\"BAD\",\"fields\":[\"n\"],\"text\":\"no\"}]}]");
    assertThat(api.write(three(Op.UPSERT)))
        .containsExactly(
            new Applied(K1, "17"), new Retry(K2, "LOCKED"), new Rejected(K3, "BAD", "n", "no"));

    api.answers(
        200,
        "[{\"success\":false,\"errors\":[{\"code\":\"SAME\"}]},{\"success\":true},"
            + "{\"success\":false,\"errors\":[{\"code\":\"LOST\"}]}]");
    assertThat(api.write(three(Op.UPSERT)))
        .containsExactly(new Applied(K1, null), new Applied(K2, null), new Unknown(K3, "LOST"));

    api.answers(200, "[{\"success\":true},{\"success\":true}]");
    assertThat(failure(() -> api.write(three(Op.UPSERT))).kind()).isEqualTo(Kind.CONTRADICTORY);
    api.answers(200, "[{\"success\":true},{\"success\":true},{}]");
    assertThat(failure(() -> api.write(three(Op.UPSERT))).kind()).isEqualTo(Kind.CONTRADICTORY);
  }

  @Test
  void resultsAreReadByTheKey() {
    DescribedApi api =
        DescribedApi.of(
            "calls: {contacts: {upsert: {results: {list: /r, match: key, at: /k, outcome: /o}}}}");
    api.answers(
        200, "{\"r\":[{\"k\":{\"id\":3.0},\"o\":\"retry\"},{\"k\":{\"id\":1},\"o\":\"applied\"}]}");

    List<RecordResult> results = api.write(three(Op.UPSERT));

    assertThat(results.subList(0, 1)).containsExactly(new Applied(K1, null));
    assertThat(results.get(1)).isInstanceOf(Unknown.class);
    assertThat(results.get(2)).isEqualTo(new Retry(K3, "RETRY"));
  }

  @Test
  void listsOfFailuresByReasonAreReadByTheIdentity() {
    DescribedApi api =
        DescribedApi.of(
            """
            calls:
              contacts:
                identity: [email]
                upsert:
                  results:
                    list: 'flatten([for (.failed) let code = (.key) [for (.value) {"who": ., "code": $code}]])'
                    match: identity
                    at: /who
                    ignore_case: true
                    unlisted: 'if (.count > 1) "unknown" else "applied"'
                    code: /code
            """);
    api.answers(200, "{\"failed\":{\"bad\":[],\"gone\":[\"B@example.com\"]},\"count\":1}");
    assertThat(api.write(three(Op.UPSERT)))
        .containsExactly(
            new Applied(K1, null), new Rejected(K2, "gone", null, null), new Applied(K3, null));

    api.answers(200, "{\"failed\":{\"bad\":[],\"gone\":[\"b@example.com\"]},\"count\":2}");
    assertThat(api.write(three(Op.UPSERT)).get(0)).isInstanceOf(Unknown.class);

    api.answers(200, "{\"failed\":{\"gone\":[\"who@example.com\"]},\"count\":1}");
    assertThat(failure(() -> api.write(three(Op.UPSERT))).kind()).isEqualTo(Kind.CONTRADICTORY);
    api.answers(
        200, "{\"failed\":{\"a\":[\"b@example.com\"],\"b\":[\"b@example.com\"]},\"count\":1}");
    assertThat(failure(() -> api.write(three(Op.UPSERT))).kind()).isEqualTo(Kind.CONTRADICTORY);
  }

  @Test
  void oneElementMayBeAboutSeveralRecords() {
    DescribedApi api =
        DescribedApi.of(
            """
            calls:
              events:
                insert:
                  results: {list: /bad, match: value, at: ., repeats: true, of: '[.fields.email, .fields.name]', unlisted: applied}
            """);
    api.answers(200, "{\"bad\":[\"a@example.com\",\"sold\",\"seen\"]}");

    assertThat(
            api.write(
                batch(
                    "events",
                    Op.INSERT,
                    K1,
                    "{\"email\":\"a@example.com\",\"name\":\"seen\"}",
                    K2,
                    "{\"email\":\"a@example.com\",\"name\":\"heard\"}",
                    K3,
                    "{\"email\":\"b@example.com\",\"name\":\"sold\"}",
                    "{\"id\":4}",
                    "{\"email\":\"b@example.com\",\"name\":\"bought\"}")))
        .hasSize(4)
        .allSatisfy(
            result ->
                assertThat(result)
                    .isInstanceOf(
                        result.key().equals("{\"id\":4}") ? Applied.class : Rejected.class));
  }

  @Test
  void aBatchLargerThanACallIsSentInSeveralThatHaveNamesOfTheirOwn() {
    DescribedApi api =
        DescribedApi.of(
            """
            idempotency_key: {header: X-Key}
            calls: {contacts: {upsert: {max_records: 2, item: .fields.n}}, others: {upsert: {}}}
            """);

    assertThat(api.write(three(Op.UPSERT))).hasOnlyElementsOfType(Applied.class).hasSize(3);
    assertThat(api.text(0) + api.text(1)).isEqualTo("[1,2][3]");
    assertThat(api.requests.get(0).headers()).containsEntry("X-Key", "b1-0");
    assertThat(api.requests.get(1).headers()).containsEntry("X-Key", "b1-2");
    assertThat(api.destination().capabilities().maxRecords()).isEqualTo(100);
    assertThat(
            DescribedApi.of("calls: {contacts: {upsert: {max_records: 2}}}")
                .destination()
                .capabilities()
                .maxRecords())
        .isEqualTo(2);
  }

  @Test
  void bytesAreCountedAsTheyAreSent() {
    DescribedApi api =
        DescribedApi.of(
            """
            calls:
              contacts:
                upsert:
                  item: '{"n": .fields.n, "text": .fields.text}'
                  body: '{"all": $items}'
                  max_bytes: 50
                  max_item_bytes: 40
            """);

    List<RecordResult> results =
        api.write(
            batch(
                "contacts",
                Op.UPSERT,
                K1,
                "{\"n\":1,\"text\":\"aaaa\"}",
                K2,
                "{\"n\":2,\"text\":\"" + "b".repeat(40) + "\"}",
                K3,
                "{\"n\":3,\"text\":\"éééé\"}"));

    assertThat(api.text(0) + api.text(1))
        .isEqualTo(
            "{\"all\":[{\"n\":1,\"text\":\"aaaa\"}]}{\"all\":[{\"n\":3,\"text\":\"éééé\"}]}");
    assertThat(results.get(0)).isInstanceOf(Applied.class);
    assertThat(((Rejected) results.get(1)).code()).isEqualTo("TOO_LARGE");
    assertThat(results.get(2)).isInstanceOf(Applied.class);
  }

  @Test
  void recordsThatDifferInTheirGroupGoIntoDifferentCalls() {
    DescribedApi api =
        DescribedApi.of(
            "calls: {contacts: {identity: [email, phone], delete: {group: .identity.name, body:"
                + " '{for ([$group]) . + \"s\" : [for ($items) .identity.value]}'}}}");

    api.write(
        batch(
            "contacts",
            Op.DELETE,
            "{\"email\":\"a@example.com\"}",
            "",
            "{\"phone\":\"1\"}",
            "",
            "{\"email\":\"b@example.com\"}",
            ""));

    assertThat(api.text(0)).isEqualTo("{\"emails\":[\"a@example.com\",\"b@example.com\"]}");
    assertThat(api.text(1)).isEqualTo("{\"phones\":[\"1\"]}");
  }

  @Test
  void aRecordThatTheFileSaysCannotBeSentIsRejectedUnsent() {
    DescribedApi api =
        DescribedApi.of(
            """
            calls:
              contacts:
                upsert:
                  check: 'if (.fields.n < 3) null else {"code":"TOO_MANY","field":"n","message":"less"}'
                  item: '{"n": 10 / .fields.n}'
            """);

    List<RecordResult> results =
        api.write(batch("contacts", Op.UPSERT, K1, "{\"n\":2}", K2, "{\"n\":3}", K3, "{\"n\":{}}"));

    assertThat(api.text(0)).isEqualTo("[{\"n\":5}]");
    assertThat(results.get(1)).isEqualTo(new Rejected(K2, "TOO_MANY", "n", "less"));
    assertThat(((Rejected) results.get(2)).code()).isEqualTo("TEMPLATE_FAILED");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          200 | {"ok":false,"error":"locked"}       | UNAVAILABLE   | locked
          200 | {"ok":false,"error":"slow"}         | UNAVAILABLE   | slow
          200 | {"ok":false,"error":"invalid_auth"} | REFUSED       | invalid_auth
          200 | {"ok":false,"error":"lost"}         | IN_DOUBT      | lost
          200 | {"ok":false,"error":"else"}         | POISONED      | else
          200 | {"ok":false}                        | POISONED      | HTTP_200
          200 | {"hello":1}                         | CONTRADICTORY | CONTRACT_BREACH
          200 | no JSON                             | CONTRADICTORY | CONTRACT_BREACH
          409 | {"ok":false}                        | UNAVAILABLE   | HTTP_409
          409 | {"ok":false,"error":"invalid_auth"} | REFUSED       | invalid_auth
          500 | -                                   | IN_DOUBT      | HTTP_500
          422 | {"ok":false,"error":"else"}         | POISONED      | else
          418 | {"ok":false,"error":"own"}          | POISONED      | own
          302 | -                                   | REFUSED       | HTTP_302
          """)
  void aFailureMeansWhatTheTablesSay(int status, String body, Kind kind, String code) {
    DescribedApi api =
        DescribedApi.of(
            """
            expect: .ok != null
            success: .ok
            failure: {code: /error}
            errors: {locked: retry, slow: throttled, invalid_auth: refused, lost: unknown, own: retry}
            statuses: {409: retry}
            limits: {pause: 7s}
            calls: {contacts: {upsert: {errors: {own: rejected}}}}
            """);
    api.answers(status, body == null ? "" : body);

    DestinationException failure = failure(() -> api.write(three(Op.UPSERT)));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.rateHint().pause())
        .isEqualTo(Duration.ofSeconds("slow".equals(code) ? 7 : 0));
  }

  @Test
  void headersTellHowLongToWait() {
    DescribedApi api =
        DescribedApi.of(
            """
            limits: {remaining: X-Left, reset: X-Reset, pause: 9s}
            calls: {contacts: {upsert: {}}}
            """);
    api.answers(200, "{}", "X-Left", "0", "X-Reset", "30");
    assertThat(((Delivery.Settled) api.deliver(three(Op.UPSERT))).rateHint().pause())
        .isEqualTo(Duration.ofSeconds(30));
    api.answers(429, "", "X-Reset", "20");
    assertThat(failure(() -> api.write(three(Op.UPSERT))).rateHint().pause())
        .isEqualTo(Duration.ofSeconds(20));
    api.answers(429, "", "Retry-After", "5", "X-Reset", "20");
    assertThat(failure(() -> api.write(three(Op.UPSERT))).rateHint().pause())
        .isEqualTo(Duration.ofSeconds(5));
    api.answers(429, "");
    assertThat(failure(() -> api.write(three(Op.UPSERT))).rateHint().pause())
        .isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void whatStandsForSuccessIsOne() {
    DescribedApi api = DescribedApi.of("calls: {contacts: {upsert: {statuses: {404: applied}}}}");
    api.answers(404, "gone");

    assertThat(api.write(three(Op.UPSERT))).hasOnlyElementsOfType(Applied.class).hasSize(3);
  }

  @Test
  void whatIsNotDescribedIsRefusedUnsent() {
    DescribedApi api =
        DescribedApi.of(
            "calls: {contacts: {upsert: {}}, '<any>': {insert: {like: upsert}, steps: {}, upsert:"
                + " {}}}");

    assertThat(failure(() -> api.write(three(Op.DELETE))).code()).isEqualTo("OP_NOT_OFFERED");
    assertThat(failure(() -> api.write(three(Op.INSERT)))).hasMessageContaining("only upsert");
    assertThat(api.write(batch("deals", Op.INSERT, K1, "{}"))).hasSize(1);
    assertThat(failure(() -> api.write(batch("a/b", Op.UPSERT, K1, "{}"))).code())
        .isEqualTo("OBJECT_UNKNOWN");
    assertThat(api.requests).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {upsert: {body: "{ nope"}}                         | calls.c.upsert.body is not JSLT
          {upsert: {path: "/{.a"}}                           | holds a { that no } ends
          {upsert: {path: "/a b"}}                           | is no part of a url
          {upsert: {path: "/{nope}"}}                        | is not JSLT
          {upsert: {headers: {Host: x}}}                     | belongs to the connection
          {upsert: {like: other}}                            | names no other call
          {upsert: {like: insert}, insert: {like: upsert}}   | names no other call
          {upsert: {then: other, records: one}}              | names no call of the object
          {upsert: {then: insert}, insert: {}}               | need records: one
          {upsert: {statuses: {many: retry}}}                | is no HTTP status
          {upsert: {body: 'import "x" as x 1'}}              | nothing to import
          {upsert: {results: {list: /a, match: value}}}      | needs of:
          """)
  void aFileThatCannotBeUsedIsRefusedWhenItIsOpened(String object, String words) {
    DestinationException refused = failure(() -> DescribedApi.of("calls: {c: " + object + "}"));

    assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
    assertThat(refused).hasMessageContaining(words);
  }

  @Test
  void whenALaterCallFailsTheRecordsBeforeItKeepTheirResults() {
    DescribedApi api =
        DescribedApi.of(
            "calls: {contacts: {upsert: {max_records: 1}, insert: {max_records: 1}, update: {}}}");
    api.answers(200, "").answers(503, "", "Retry-After", "4");

    Delivery.Settled settled = (Delivery.Settled) api.deliver(small(Op.UPSERT));

    assertThat(settled.results())
        .containsExactly(
            new Applied(K1, null), new Retry(K2, "HTTP_503"), new Retry(K3, "HTTP_503"));
    assertThat(settled.rateHint().pause()).isEqualTo(Duration.ofSeconds(4));

    api.answers(200, "").answers(500, "");
    List<RecordResult> inserted = api.write(small(Op.INSERT));
    assertThat(inserted.get(1)).isInstanceOf(Unknown.class);
    assertThat(inserted.get(2)).isEqualTo(new Retry(K3, "HTTP_500"));
  }

  private static Batch small(Op op) {
    return batch("contacts", op, K1, "{}", K2, "{}", K3, "{}");
  }
}
