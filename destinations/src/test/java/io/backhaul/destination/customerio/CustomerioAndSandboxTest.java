/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.customerio;

import static io.backhaul.destination.testkit.Worded.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import io.backhaul.destination.Probe;
import io.backhaul.destination.Providers;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.RecordResult.Applied;
import io.backhaul.destination.RecordResult.Rejected;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.destination.testkit.SettableClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connector and the sandbox, which share nothing but Customer.io's pages. */
class CustomerioAndSandboxTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), clock);
  private final Destination customerio = open(true);

  private Destination open(boolean named) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", sandbox.url() + "/customerio");
    if (named) {
      ObjectNode auth = properties.putObject("auth").put("type", "basic");
      auth.put("username", "site").put("password", "not-a-real-key");
    }
    return Providers.of("customerio")
        .orElseThrow()
        .open(
            new DestinationConfig("acme", "cio", "customerio", properties),
            new DeliveryContext(clock, "test"));
  }

  @AfterEach
  void stop() {
    customerio.close();
    sandbox.close();
  }

  private List<RecordResult> write(String object, Change... changes) {
    Batch batch = new Batch("b1", object, changes[0].op(), List.of(changes));
    return ((Delivery.Settled) customerio.write(batch)).results();
  }

  private static Change person(Op op, int n, String name) {
    String fields = op == Op.DELETE ? null : "{\"first_name\":\"" + name + "\"}";
    return change(op, "{\"id\":" + n + "}", fields, null);
  }

  @Test
  void anItemThatIsWrongIsRejectedWithItsFieldAndTheOthersAreTaken() {
    sandbox.script(
        SandboxScript.FAULTLESS.with(Rejection.when("first_name", "^Bad", "invalid", "no name")));

    List<RecordResult> results =
        write(
            "people",
            person(Op.UPSERT, 1, "Ada"),
            person(Op.UPSERT, 2, "Bad"),
            person(Op.UPSERT, 3, "Eve"));

    assertThat(results.get(0)).isInstanceOf(Applied.class);
    assertThat(results.get(1))
        .isEqualTo(new Rejected("{\"id\":2}", "invalid", "first_name", "no name"));
    assertThat(results.get(2)).isInstanceOf(Applied.class);
    assertThat(sandbox.records("people")).containsOnlyKeys("1", "3");
  }

  @Test
  void anUpdateOfNobodyComesToNothingAndADeleteOfNobodyToo() {
    assertThat(write("people", person(Op.UPDATE, 1, "Ada"))).hasOnlyElementsOfType(Applied.class);
    assertThat(sandbox.records("people")).isEmpty();
    write("people", person(Op.UPSERT, 1, "Ada"));
    assertThat(write("people", person(Op.DELETE, 1, ""), person(Op.DELETE, 2, "")))
        .hasOnlyElementsOfType(Applied.class);
    assertThat(sandbox.records("people")).isEmpty();
  }

  @Test
  void whatWouldBeDroppedIsRejectedUnsent() {
    List<RecordResult> results =
        write(
            "people",
            person(Op.UPSERT, 1, "é".repeat(501)),
            change(Op.UPSERT, "{\"id\":\"" + "x".repeat(151) + "\"}", "{}", null),
            person(Op.UPSERT, 3, "Eve"));

    assertThat(((Rejected) results.get(0)).field()).isEqualTo("first_name");
    assertThat(((Rejected) results.get(0)).code()).isEqualTo("VALUE_TOO_LONG");
    assertThat(((Rejected) results.get(1)).code()).isEqualTo("ID_TOO_LONG");
    assertThat(sandbox.records("people")).containsOnlyKeys("3");
  }

  @Test
  void aBatchThatIsLargerThanACallIsSentInSeveral() {
    List<Change> changes = new ArrayList<>();
    for (int n = 1; n <= 30; n++) {
      StringBuilder fields = new StringBuilder("{\"z\":0");
      for (int i = 0; i < 24; i++) {
        fields.append(",\"f").append(i).append("\":\"").append("x".repeat(950)).append('"');
      }
      changes.add(change(Op.UPSERT, "{\"id\":" + n + "}", fields.append('}').toString(), null));
    }

    assertThat(write("people", changes.toArray(Change[]::new)))
        .hasOnlyElementsOfType(Applied.class);
    assertThat(sandbox.records("people")).hasSize(30);
    assertThat(sandbox.ledger().arrivals()).isEqualTo(2);
  }

  @Test
  void eventsHaveAPersonAndAName() {
    Change event =
        change(Op.INSERT, "{\"n\":1}", "{\"id\":\"42\",\"name\":\"seen\",\"x\":1}", null);
    Change nameless = change(Op.INSERT, "{\"n\":2}", "{\"id\":\"42\"}", null);
    Change ofNobody = change(Op.INSERT, "{\"n\":3}", "{\"name\":\"seen\"}", null);

    List<RecordResult> results = write("events", event, nameless, ofNobody);

    assertThat(results.get(0)).isInstanceOf(Applied.class);
    assertThat(((Rejected) results.get(1)).field()).isEqualTo("name");
    assertThat(((Rejected) results.get(2)).code()).isEqualTo("IDENTITY_MISSING");
    assertThat(sandbox.records("events")).hasSize(1);
  }

  @Test
  void theProbeNamesTheWorkspaceAndNeedsTheKey() {
    Probe probe = customerio.probe();
    assertThat(probe.asked()).isEqualTo("GET /api/v1/accounts/region");
    assertThat(probe.account()).isEqualTo("3");
    try (Destination keyless = open(false)) {
      assertThat(catchThrowableOfType(DestinationException.class, keyless::probe).kind())
          .isEqualTo(DestinationException.Kind.REFUSED);
    }
  }
}
