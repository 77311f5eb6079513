/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import static io.backhaul.destination.generic.DescribedApi.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is asked beside writing, and how requests prove who sends them. */
class AskingTest {

  @Test
  void aProbeAsksWithTheCredentials() {
    DescribedApi api =
        DescribedApi.of(
            """
            probe: {path: /me, query: {v: "1"}, account: '.user.name + "@" + .team'}
            calls: {contacts: {upsert: {}}}
            """,
            "auth",
            "{\"type\":\"query\",\"name\":\"api_key\",\"token\":\"s3cr3t\"}");
    api.answers(
        200,
        "{\"user\":{\"name\":\"sync\"},\"team\":\"acme\"}",
        "Date",
        "Sun, 01 Mar 2026 12:00:30 GMT");

    Probe probe = api.destination().probe();

    assertThat(probe.asked()).isEqualTo("GET /me");
    assertThat(probe.account()).isEqualTo("sync@acme");
    assertThat(api.line(0)).isEqualTo("GET /v1/me?v=1&api_key=s3cr3t");
    api.answers(403, "{\"message\":\"key s3cr3t may not\"}");
    DestinationException refused =
        catchThrowableOfType(DestinationException.class, () -> api.destination().probe());
    assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
    assertThat(refused).hasMessageNotContaining("s3cr3t");
  }

  @Test
  void fieldsAreAskedFor() {
    DescribedApi api =
        DescribedApi.of(
            """
            calls:
              contacts:
                upsert: {}
                schema:
                  path: /fields/{object}
                  keys: [email]
                  fields: '[for (.fields) {"name": .key, "type": .value, "required": .key == "email", "max_length": 9, "enum": if (.value == "pick") ["a"] else null}]'
              deals: {upsert: {}}
            """);
    api.answers(200, "{\"fields\":{\"email\":\"string\",\"plan\":\"pick\"}}");

    ObjectSchema schema = api.destination().describe("contacts");

    assertThat(api.line(0)).isEqualTo("GET /v1/fields/contacts");
    assertThat(schema.closed()).isTrue();
    assertThat(schema.keys()).containsExactly("email");
    assertThat(schema.fields())
        .containsExactly(
            new ObjectSchema.Field("email", "string", true, true, 9, List.of()),
            new ObjectSchema.Field("plan", "pick", false, true, 9, List.of("a")));
    assertThat(api.destination().describe("deals").closed()).isFalse();
    assertThat(
            catchThrowableOfType(
                    DestinationException.class, () -> api.destination().describe("other"))
                .code())
        .isEqualTo("OBJECT_UNKNOWN");
    api.answers(200, "{\"fields\":3}");
    assertThat(
            catchThrowableOfType(
                    DestinationException.class, () -> api.destination().describe("contacts"))
                .kind())
        .isEqualTo(Kind.CONTRADICTORY);
  }

  /** Key and hash of RFC 4231, 4.3: the body is its text. */
  @Test
  void aRequestIsSigned() {
    String calls =
        "calls: {c: {insert: {item: '\"what do ya want for nothing?\"', body: '$items[0]', format:"
            + " text}}}";
    DescribedApi hex =
        DescribedApi.of(
            calls, "signing", "{\"header\":\"X-Sig\",\"secret\":\"Jefe\",\"prefix\":\"v=\"}");
    DescribedApi base64 =
        DescribedApi.of(
            calls,
            "signing",
            "{\"header\":\"X-Sig\",\"secret\":\"Jefe\",\"encoding\":\"base64\",\"over\":"
                + "\"{method} {path}:{timestamp}.{body}\",\"timestamp_header\":\"X-Time\"}");
    hex.write(batch("c", Op.INSERT, "{\"id\":1}", "{}"));
    base64.write(batch("c", Op.INSERT, "{\"id\":1}", "{}"));

    assertThat(hex.requests.get(0).headers())
        .containsEntry(
            "X-Sig", "v=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assertThat(base64.requests.get(0).headers().get("X-Time")).matches("[0-9]{10}");
    assertThat(base64.requests.get(0).headers().get("X-Sig")).hasSize(44);
  }

  @Test
  void credentialsThatTheBodyCallsExpiredCannotBeRenewedHere() {
    DescribedApi api =
        DescribedApi.of("errors: {601: expired}\nsuccess: .ok\ncalls: {c: {upsert: {}}}");
    api.answers(200, "{\"ok\":false,\"code\":601}");

    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class, () -> api.write(batch("c", Op.UPSERT, "{\"id\":1}", "{}")));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.code()).isEqualTo("601");
    assertThat(failure.rateHint().pause()).isEqualTo(Duration.ZERO);
  }
}
