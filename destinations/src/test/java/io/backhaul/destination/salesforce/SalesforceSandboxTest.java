/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.destination.testkit.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The connector and the sandbox, each written from Salesforce's pages, face to face. */
class SalesforceSandboxTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), clock);
  private final List<Destination> opened = new ArrayList<>();

  @AfterEach
  void stop() {
    opened.forEach(Destination::close);
    sandbox.close();
  }

  private Destination open(String api) {
    return open(sandbox, api);
  }

  private Destination open(SandboxServer server, String api) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", server.url() + "/salesforce").put("api", api);
    properties
        .putObject("auth")
        .put("type", "client_credentials")
        .put("client_id", "consumer-key")
        .put("client_secret", "not-a-real-secret");
    Destination destination =
        new SalesforceProvider()
            .open(
                new DestinationConfig("acme", "crm", "salesforce", properties),
                new DeliveryContext(clock, "test"));
    opened.add(destination);
    return destination;
  }

  private static Batch accounts(Op op, int count, IntFunction<String> fields, String[] ids) {
    List<Change> changes = new ArrayList<>();
    for (int n = 1; n <= count; n++) {
      changes.add(
          new Change(
              "{\"MyExtId__c\":\"e" + n + "\"}",
              op,
              op == Op.DELETE ? null : fields.apply(n),
              ids == null ? null : ids[n - 1],
              n,
              ""));
    }
    return new Batch("b", "Account", op, changes);
  }

  private static List<RecordResult> write(Destination destination, Batch batch) {
    Delivery delivery = destination.write(batch);
    while (delivery instanceof Delivery.Pending pending) {
      delivery = destination.resume(pending.job(), batch);
    }
    return ((Delivery.Settled) delivery).results();
  }

  private static String[] ids(List<RecordResult> results) {
    return results.stream()
        .map(result -> ((RecordResult.Applied) result).destinationId())
        .toArray(String[]::new);
  }

  private static IntFunction<String> named(String name) {
    return n -> "{\"Name\":\"" + name + " " + n + "\",\"NumberOfEmployees\":" + n + "}";
  }

  @Test
  void aRecordLivesThroughEveryOperationByEitherInterfaceAndEndsTheSame() {
    for (String api : List.of("collections", "bulk")) {
      Destination destination = open(api);
      String[] ids = ids(write(destination, accounts(Op.UPSERT, 3, named("first"), null)));
      assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("001[0-9]{12}AAA"));
      assertThat(ids(write(destination, accounts(Op.UPSERT, 3, named("second"), null))))
          .isEqualTo(ids);
      assertThat(ids(write(destination, accounts(Op.UPDATE, 3, n -> "{\"Industry\":null}", ids))))
          .isEqualTo(ids);
      assertThat(sandbox.records("Account"))
          .containsEntry(
              "e2",
              "{\"Name\":\"second"
                  + " 2\",\"NumberOfEmployees\":\"2\",\"MyExtId__c\":\"e2\",\"Industry\":null}");
      Batch gone = accounts(Op.DELETE, 3, null, ids);
      assertThat(write(destination, gone)).allMatch(RecordResult.Applied.class::isInstance);
      assertThat(write(destination, gone)).allMatch(RecordResult.Applied.class::isInstance);
      assertThat(sandbox.records("Account")).isEmpty();
      assertThat(write(destination, accounts(Op.INSERT, 2, named("new"), null)))
          .allMatch(RecordResult.Applied.class::isInstance);
      write(destination, accounts(Op.DELETE, 2, null, null));
      assertThat(sandbox.records("Account")).as("by external id").isEmpty();
    }
  }

  @Test
  void updatesByExternalIdCreateNothing() {
    Destination destination = open("auto");
    write(destination, accounts(Op.UPSERT, 1, named("x"), null));

    List<RecordResult> results = write(destination, accounts(Op.UPDATE, 2, named("y"), null));

    assertThat(results.get(0)).isInstanceOf(RecordResult.Applied.class);
    assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("NOT_FOUND");
    assertThat(sandbox.records("Account")).hasSize(1);
  }

  @Tag("fault-9")
  @Test
  void theOrgsOwnRulesAndThoseOfTheScriptNameTheirFieldByEitherInterface() {
    sandbox.script(
        new SandboxScript(
            Duration.ZERO,
            List.of(),
            List.of(Rejection.when("Name", "^bad", "CUSTOM_CODE", "not that"))));
    IntFunction<String> fields =
        n ->
            switch (n) {
              case 1 -> "{\"Name\":\"bad\"}";
              case 2 -> "{\"Name\":\"" + "x".repeat(256) + "\"}";
              case 3 -> "{\"Name\":\"ok\",\"Tier__c\":\"Tin\"}";
              case 4 -> "{\"Phone\":\"1\"}";
              default -> "{\"Name\":\"ok\"}";
            };
    for (String api : List.of("collections", "bulk")) {
      List<RecordResult> results = write(open(api), accounts(Op.UPSERT, 5, fields, null));
      assertThat(results.subList(0, 4).stream().map(RecordResult.Rejected.class::cast))
          .extracting(RecordResult.Rejected::code, RecordResult.Rejected::field)
          .containsExactly(
              tuple("CUSTOM_CODE", "Name"),
              tuple("STRING_TOO_LONG", "Name"),
              tuple("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Tier__c"),
              tuple("REQUIRED_FIELD_MISSING", "Name"));
      assertThat(results.get(4)).isInstanceOf(RecordResult.Applied.class);
    }
  }

  @Test
  void aJobWithAColumnThatIsNoFieldNamesIt() {
    List<RecordResult> results =
        write(open("bulk"), accounts(Op.UPSERT, 2, n -> "{\"Name\":\"x\",\"Naem\":\"y\"}", null));

    assertThat(results)
        .allSatisfy(
            result -> {
              assertThat(((RecordResult.Rejected) result).code()).isEqualTo("InvalidBatch");
              assertThat(((RecordResult.Rejected) result).field()).isEqualTo("Naem");
            });
  }

  @Tag("fault-14")
  @Test
  void aSessionThatEndsIsBegunAnewUnseen() {
    Destination destination = open("auto");
    write(destination, accounts(Op.UPSERT, 1, named("x"), null));
    clock.advance(Duration.ofMinutes(16));

    assertThat(write(destination, accounts(Op.UPSERT, 1, named("y"), null)))
        .allMatch(RecordResult.Applied.class::isInstance);
    assertThat(sandbox.ledger().arrivals()).isEqualTo(2);
  }

  @Tag("fault-21")
  @Test
  void aJobIsFinishedByAnotherProcessThatKnowsItsHandleOnly() {
    Batch batch = accounts(Op.INSERT, 2_500, named("x"), null);
    Delivery.Pending pending = (Delivery.Pending) open("auto").write(batch);
    assertThat(sandbox.records("Account")).as("nothing runs before").isEmpty();

    Destination other = open("auto");
    Delivery delivery = pending;
    while (delivery instanceof Delivery.Pending) {
      delivery = other.resume(pending.job(), batch);
    }
    assertThat(((Delivery.Settled) delivery).results())
        .hasSize(2_500)
        .allMatch(RecordResult.Applied.class::isInstance);
    assertThat(sandbox.records("Account")).hasSize(2_500);
    assertThat(sandbox.ledger().arrivals()).isEqualTo(1);
  }

  @Test
  void aRehearsalTakesRecordsItWasNeverToldOf() {
    String[] ids = {"001000000000007AAA"};
    try (SandboxServer rehearsal = SandboxServer.forRehearsal(clock)) {
      for (String api : List.of("collections", "bulk")) {
        Destination destination = open(rehearsal, api);
        IntFunction<String> part = n -> "{\"Phone\":\"1\"}";
        assertThat(ids(write(destination, accounts(Op.UPDATE, 1, part, ids)))).isEqualTo(ids);
        assertThat(ids(write(destination, accounts(Op.DELETE, 1, part, ids)))).isEqualTo(ids);
        assertThat(write(destination, accounts(Op.UPSERT, 1, part, null)))
            .allMatch(RecordResult.Applied.class::isInstance);
      }
    }
  }

  @Test
  void anOrgDescribesItselfAndTakesAProbe() {
    Destination destination = open("auto");

    assertThat(destination.describe("Account").keys()).contains("MyExtId__c");
    assertThat(destination.describe("Contact").field("Account.MyExtId__c")).isPresent();
    assertThat(destination.describe("Contact").closed()).isTrue();
    assertThat(destination.probe().asked()).endsWith("/limits");
    DestinationException unknown =
        catchThrowableOfType(DestinationException.class, () -> destination.describe("contacts"));
    assertThat(unknown.code()).isEqualTo("NOT_FOUND");
  }
}
