/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import static io.backhaul.destination.marketo.MarketoBench.batch;
import static io.backhaul.destination.marketo.MarketoBench.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against the sandbox, which was written from Marketo's pages and not from the connector. */
class MarketoSandboxTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), clock);
  private Destination destination = open("{}");

  private Destination open(String keys) {
    ObjectNode properties = new MarketoProvider().sample();
    properties.put("url", sandbox.url() + "/marketo/rest");
    properties.setAll((ObjectNode) Canonical.tree(keys));
    return new MarketoProvider()
        .open(
            new DestinationConfig("acme", "mkto", "marketo", properties),
            // The connector's clock stands: that a token has expired it learns from the answer.
            new DeliveryContext(SettableClock.atNoon(), "test"));
  }

  @AfterEach
  void close() {
    destination.close();
    sandbox.close();
  }

  private List<RecordResult> write(Batch batch) {
    Delivery delivery = destination.write(batch);
    while (delivery instanceof Delivery.Pending pending) {
      delivery = destination.resume(pending.job(), batch);
    }
    return ((Delivery.Settled) delivery).results();
  }

  private static Change person(Op op, int n, String more, String id) {
    String fields = "{\"email\":\"p" + n + "@example.com\"" + more + "}";
    return change(op, "{\"n\":" + n + "}", op == Op.DELETE ? null : fields, id);
  }

  private String id(RecordResult result) {
    return ((RecordResult.Applied) result).destinationId();
  }

  private String code(RecordResult result) {
    return ((RecordResult.Rejected) result).code();
  }

  @Test
  void aPersonLivesAndDies() {
    String id = id(write(batch("leads", person(Op.UPSERT, 1, "", null))).get(0));
    assertThat(code(write(batch("leads", person(Op.INSERT, 1, "", null))).get(0)))
        .isEqualTo("1005");
    assertThat(code(write(batch("leads", person(Op.UPDATE, 2, "", null))).get(0)))
        .isEqualTo("1004");
    assertThat(id(write(batch("leads", person(Op.UPDATE, 1, ",\"title\":\"Dr\"", id))).get(0)))
        .isEqualTo(id);
    assertThat(sandbox.records("leads"))
        .containsOnly(
            Map.entry("p1@example.com", "{\"email\":\"p1@example.com\",\"title\":\"Dr\"}"));
    for (int times = 0; times < 2; times++) {
      assertThat(id(write(batch("leads", person(Op.DELETE, 1, "", id))).get(0))).isEqualTo(id);
    }
    assertThat(sandbox.records("leads")).isEmpty();
  }

  @Test
  void aListHoldsPeopleWhoExist() {
    String id = id(write(batch("leads", person(Op.UPSERT, 1, "", null))).get(0));
    Change member = change(Op.UPSERT, "{\"n\":1}", "{\"id\":" + id + "}", null);
    Change nobody = change(Op.UPSERT, "{\"n\":2}", "{\"id\":99}", null);
    List<RecordResult> results = write(batch("lists/7", nobody, member));
    assertThat(code(results.get(0))).isEqualTo("1004");
    assertThat(id(results.get(1))).isEqualTo(id);
    assertThat(sandbox.records("lists/7")).containsOnlyKeys(id);
    Change removal = change(Op.DELETE, "{\"n\":1}", null, id);
    assertThat(write(batch("lists/7", removal))).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(write(batch("lists/7", removal))).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(sandbox.records("lists/7")).isEmpty();
  }

  @Test
  void aCustomObjectIsFoundByItsFieldsAndByItsGuid() {
    String object = "customobjects/car_c";
    Change car = change(Op.UPSERT, "{\"vin\":\"19U\"}", "{\"year\":2003}", null);
    String guid = id(write(batch(object, car)).get(0));
    assertThat(guid).hasSize(36);
    assertThat(id(write(batch(object, car)).get(0))).isEqualTo(guid);
    write(batch(object, change(Op.UPDATE, "{\"vin\":\"19U\"}", "{\"year\":2004}", guid)));
    assertThat(sandbox.records(object)).containsEntry("19U", "{\"year\":2004,\"vin\":\"19U\"}");
    assertThat(write(batch(object, change(Op.DELETE, "{\"vin\":\"19U\"}", null, guid))))
        .allMatch(RecordResult.Applied.class::isInstance);
    assertThat(write(batch(object, change(Op.DELETE, "{\"vin\":\"19U\"}", null, null))))
        .allMatch(RecordResult.Applied.class::isInstance);
  }

  @Test
  void anImportTellsWhichRowsFailed() {
    destination.close();
    destination = open("{\"batch\":{\"max_records\":2000}}");
    sandbox.script(
        new SandboxScript(
            Duration.ZERO,
            List.of(),
            List.of(Rejection.when("leadScore", "^13$", "1003", "is unlucky"))));
    Change[] people =
        IntStream.range(0, 1_000)
            .mapToObj(n -> person(Op.UPSERT, n, ",\"title\":\"\",\"leadScore\":" + n % 500, null))
            .toArray(Change[]::new);
    List<RecordResult> results = write(batch("leads", people));

    assertThat(results).filteredOn(RecordResult.Applied.class::isInstance).hasSize(998);
    assertThat(results.get(513))
        .isEqualTo(
            new RecordResult.Rejected(
                people[513].key(), "IMPORT_FAILED", "leadScore", "Field 'leadScore': is unlucky"));
    assertThat(sandbox.records("leads")).hasSize(998);
    assertThat(Canonical.tree(sandbox.records("leads").get("p7@example.com")))
        .isEqualTo(Canonical.tree("{\"email\":\"p7@example.com\",\"title\":null,\"leadScore\":7}"));
    assertThat(sandbox.ledger().arrivals()).isEqualTo(1);
  }

  @Test
  void aTokenThatExpiresOnTheWayIsRenewed() {
    write(batch("leads", person(Op.UPSERT, 1, "", null)));
    clock.advance(Duration.ofMinutes(61));
    assertThat(write(batch("leads", person(Op.UPSERT, 2, "", null))))
        .allMatch(RecordResult.Applied.class::isInstance);
  }

  @Test
  void aHundredCallsInTwentySecondsAreTheMost() {
    for (int n = 0; n < 100; n++) {
      write(batch("leads", person(Op.UPSERT, n, "", null)));
    }
    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class,
            () -> write(batch("leads", person(Op.UPSERT, 100, "", null))));
    assertThat(failure.code()).isEqualTo("606");
    clock.advance(failure.rateHint().pause());
    write(batch("leads", person(Op.UPSERT, 100, "", null)));
    assertThat(sandbox.records("leads")).hasSize(101);
  }

  @Test
  void aThrottleIsToldInMarketosWords() {
    sandbox.script(
        SandboxScript.FAULTLESS.with(Fault.lasting(Fault.Kind.THROTTLE, Duration.ofSeconds(5))));
    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class,
            () -> write(batch("leads", person(Op.UPSERT, 1, "", null))));
    assertThat(failure.code()).isEqualTo("606");
    assertThat(failure.httpStatus()).isEqualTo(200);
    assertThat(sandbox.records("leads")).isEmpty();
  }

  @Test
  void itsObjectsDescribeThemselves() {
    ObjectSchema leads = destination.describe("leads");
    assertThat(leads.closed()).isTrue();
    assertThat(leads.keys()).containsExactlyInAnyOrder("id", "email");
    assertThat(leads.field("createdAt").orElseThrow().writable()).isFalse();
    assertThat(leads.field("firstName").orElseThrow().maxLength()).isEqualTo(255);
    ObjectSchema cars = destination.describe("customobjects/car_c");
    assertThat(cars.keys()).containsExactly("vin");
    assertThat(cars.field("vin").orElseThrow().writable()).isTrue();
    assertThat(cars.field("marketoGUID").orElseThrow().writable()).isFalse();
    assertThat(destination.describe("lists/7").closed()).isFalse();
    assertThat(destination.probe().asked()).isEqualTo("GET /rest/v1/leads/describe.json");
  }
}
