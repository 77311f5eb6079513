/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connector against the sandbox, which was written from Klaviyo's pages and not from it. */
class KlaviyoSandboxTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), clock);
  private final List<Destination> opened = new ArrayList<>();
  private final Destination bulk = open("bulk");
  private final Destination single = open("single");

  private Destination open(String api) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", sandbox.url() + "/klaviyo").put("api_key", "pk_sample").put("api", api);
    Destination destination =
        new KlaviyoProvider()
            .open(
                new DestinationConfig("acme", "mail", "klaviyo", properties),
                new DeliveryContext(clock, "test"));
    opened.add(destination);
    return destination;
  }

  @AfterEach
  void stop() {
    opened.forEach(Destination::close);
    sandbox.close();
  }

  private static List<RecordResult> write(Destination by, String object, Change... changes) {
    Batch batch = new Batch("b", object, changes[0].op(), List.of(changes));
    Delivery delivery = by.write(batch);
    int polls = 0;
    while (delivery instanceof Delivery.Pending pending) {
      assertThat(polls++).isLessThan(5);
      delivery = by.resume(pending.job(), batch);
    }
    return ((Delivery.Settled) delivery).results();
  }

  private static Change change(Op op, int n, String fields, String id) {
    return new Change("{\"email\":\"p" + n + "@example.com\"}", op, fields, id, n, "");
  }

  @Test
  void badProfilesOfAnImportAreNamedWithTheirFieldAndTheOthersKept() {
    Change[] changes =
        IntStream.rangeClosed(1, 200)
            .mapToObj(
                n ->
                    n % 4 == 0
                        ? change(Op.UPSERT, n, "{\"phone_number\":\"no\"}", null)
                        : change(
                            Op.UPSERT, n, "{\"plan\":\"basic\",\"location.city\":\"R\"}", null))
            .toArray(Change[]::new);
    List<RecordResult> results = write(bulk, "profiles", changes);

    for (int i = 0; i < results.size(); i++) {
      if ((i + 1) % 4 == 0) {
        assertThat(((RecordResult.Rejected) results.get(i)).field()).isEqualTo("phone_number");
      } else {
        assertThat(results.get(i)).isInstanceOf(RecordResult.Applied.class);
      }
    }
    assertThat(sandbox.records("profiles")).hasSize(150);
    assertThat(Canonical.tree(sandbox.records("profiles").get("p1@example.com")))
        .isEqualTo(
            Canonical.tree(
                "{\"email\":\"p1@example.com\",\"plan\":\"basic\",\"location.city\":\"R\"}"));
  }

  @Test
  void aScriptedRefusalNamesItsFieldByEitherWay() {
    sandbox.script(
        SandboxScript.parse(
            "{\"rejections\":[{\"field\":\"plan\",\"when\":\"gold\",\"code\":\"invalid\","
                + "\"message\":\"is not a plan\"}]}"));
    for (Destination by : List.of(bulk, single)) {
      List<RecordResult> results =
          write(
              by,
              "profiles",
              change(Op.UPSERT, 1, "{\"plan\":\"gold\"}", null),
              change(Op.UPSERT, 2, "{\"plan\":\"pro\"}", null));
      assertThat(((RecordResult.Rejected) results.get(0)).field()).isEqualTo("plan");
      assertThat(results.get(1)).isInstanceOf(RecordResult.Applied.class);
    }
  }

  @Test
  void profilesJoinListsHaveEventsAndAreDeleted() {
    String id =
        ((RecordResult.Applied) write(single, "profiles", change(Op.UPSERT, 1, "{}", null)).get(0))
            .destinationId();
    write(bulk, "lists/VRgFBd", change(Op.UPSERT, 1, "{}", id));
    assertThat(sandbox.records("lists/VRgFBd")).containsOnlyKeys(id);
    write(bulk, "lists/VRgFBd", change(Op.DELETE, 1, null, id));
    assertThat(sandbox.records("lists/VRgFBd")).isEmpty();

    Change event =
        new Change(
            "{\"order\":1}",
            Op.INSERT,
            "{\"email\":\"p1@example.com\",\"sku\":\"x\"}",
            null,
            1,
            "");
    write(bulk, "events/Bought", event);
    write(bulk, "events/Bought", event);
    assertThat(sandbox.records("events")).hasSize(1);

    write(bulk, "profiles", change(Op.DELETE, 1, null, null));
    assertThat(sandbox.records("profiles")).isEmpty();
    assertThat(write(bulk, "profiles", change(Op.DELETE, 1, null, null)))
        .allMatch(RecordResult.Applied.class::isInstance);
    assertThat(bulk.probe().account()).isEqualTo("Sandbox");
  }

  @Test
  void identifiersOfTwoProfilesAreRefused() {
    write(bulk, "profiles", change(Op.UPSERT, 1, "{\"external_id\":\"e1\"}", null));
    List<RecordResult> results =
        write(
            bulk,
            "profiles",
            change(Op.UPSERT, 2, "{\"external_id\":\"e2\"}", null),
            change(Op.UPSERT, 3, "{}", null));
    assertThat(results).allMatch(RecordResult.Applied.class::isInstance);
    for (Destination by : List.of(bulk, single)) {
      RecordResult both =
          write(by, "profiles", change(Op.UPSERT, 1, "{\"external_id\":\"e2\"}", null)).get(0);
      assertThat(((RecordResult.Rejected) both).code()).isEqualTo("duplicate_profile");
    }
  }
}
