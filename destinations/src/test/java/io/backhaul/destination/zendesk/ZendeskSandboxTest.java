/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

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
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connector against the sandbox, which was written from Zendesk's pages and not from it. */
class ZendeskSandboxTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), clock);
  private Destination destination;

  @BeforeEach
  void open() {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", sandbox.url() + "/zendesk");
    properties.putObject("auth").put("type", "bearer").put("token", "sandbox-token");
    destination =
        new ZendeskProvider()
            .open(
                new DestinationConfig("acme", "desk", "zendesk", properties),
                new DeliveryContext(clock, "test"));
  }

  @AfterEach
  void stop() {
    destination.close();
    sandbox.close();
  }

  private List<RecordResult> write(String object, Op op, Change... changes) {
    Batch batch = new Batch("b", object, op, List.of(changes));
    Delivery delivery = destination.write(batch);
    int polls = 0;
    while (delivery instanceof Delivery.Pending pending) {
      assertThat(polls++).isLessThan(5);
      delivery = destination.resume(pending.job(), batch);
    }
    return ((Delivery.Settled) delivery).results();
  }

  private static Change change(Op op, int n, String fields, String id) {
    return new Change("{\"customer_id\":" + n + "}", op, fields, id, n, "");
  }

  private static String idOf(RecordResult result) {
    return ((RecordResult.Applied) result).destinationId();
  }

  @Test
  void usersAreCreatedFoundAgainChangedAndDeleted() {
    Change[] first =
        IntStream.rangeClosed(1, 100)
            .mapToObj(
                n ->
                    change(
                        Op.UPSERT,
                        n,
                        "{\"name\":\"User " + n + "\",\"user_fields.plan\":\"basic\"}",
                        null))
            .toArray(Change[]::new);
    List<RecordResult> created = write("users", Op.UPSERT, first);
    assertThat(created).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(sandbox.records("users")).hasSize(100);

    List<RecordResult> again =
        write("users", Op.UPSERT, change(Op.UPSERT, 7, "{\"user_fields.plan\":\"pro\"}", null));
    assertThat(again).containsExactly(created.get(6));
    assertThat(Canonical.tree(sandbox.records("users").get("7")))
        .isEqualTo(
            Canonical.tree(
                "{\"name\":\"User 7\",\"user_fields.plan\":\"pro\",\"external_id\":\"7\"}"));

    write(
        "users",
        Op.UPDATE,
        change(Op.UPDATE, 1, "{\"notes\":\"n\"}", idOf(created.get(0))),
        change(Op.UPDATE, 2, "{\"notes\":\"m\"}", null));
    assertThat(sandbox.records("users").get("1")).contains("\"notes\":\"n\"");
    assertThat(sandbox.records("users").get("2")).contains("\"notes\":\"m\"");

    assertThat(
            write(
                "users",
                Op.DELETE,
                change(Op.DELETE, 1, null, idOf(created.get(0))),
                change(Op.DELETE, 2, null, null)))
        .allMatch(RecordResult.Applied.class::isInstance);
    assertThat(sandbox.records("users")).hasSize(98).doesNotContainKeys("1", "2");
    assertThat(write("users", Op.DELETE, change(Op.DELETE, 1, null, idOf(created.get(0)))))
        .allMatch(RecordResult.Applied.class::isInstance);
  }

  @Test
  void aRecordThatIsRefusedNamesItsField() {
    sandbox.script(
        SandboxScript.parse(
            "{\"rejections\":[{\"field\":\"user_fields.plan\",\"when\":\"gold\",\"code\":"
                + "\"InvalidValue\",\"message\":\"is not a choice\"}]}"));
    List<RecordResult> results =
        write(
            "users",
            Op.UPSERT,
            change(Op.UPSERT, 1, "{\"email\":\"nobody\"}", null),
            change(Op.UPSERT, 2, "{\"user_fields.plan\":\"gold\"}", null),
            change(Op.UPSERT, 3, "{\"user_fields.plan\":\"pro\"}", null));
    assertThat(((RecordResult.Rejected) results.get(0)).field()).isEqualTo("email");
    assertThat(((RecordResult.Rejected) results.get(1)).field()).isEqualTo("user_fields.plan");
    assertThat(results.get(2)).isInstanceOf(RecordResult.Applied.class);
  }

  @Test
  void organizationsTicketsAndCustomObjectsAreKeptToo() {
    List<RecordResult> organizations =
        write(
            "organizations",
            Op.UPSERT,
            change(Op.UPSERT, 1, "{\"name\":\"A\"}", null),
            change(Op.UPSERT, 2, "{\"name\":\"B\"}", null));
    assertThat(organizations).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(sandbox.records("organizations")).containsOnlyKeys("1", "2");

    List<RecordResult> tickets =
        write("tickets", Op.INSERT, change(Op.INSERT, 1, "{\"subject\":\"S\"}", null));
    write(
        "tickets",
        Op.UPDATE,
        change(Op.UPDATE, 1, "{\"status\":\"solved\"}", idOf(tickets.get(0))));
    assertThat(sandbox.records("tickets").values())
        .singleElement()
        .isEqualTo("{\"subject\":\"S\",\"status\":\"solved\"}");

    write(
        "custom_objects/car",
        Op.UPSERT,
        change(Op.UPSERT, 1, "{\"name\":\"C\",\"doors\":4}", null));
    assertThat(Canonical.tree(sandbox.records("custom_objects/car").get("1")))
        .isEqualTo(
            Canonical.tree(
                "{\"name\":\"C\",\"custom_object_fields.doors\":4,\"external_id\":\"1\"}"));
    write("custom_objects/car", Op.DELETE, change(Op.DELETE, 1, null, null));
    assertThat(sandbox.records("custom_objects/car")).isEmpty();
  }

  @Test
  void itsProbeAndItsFieldsAreAsZendeskTellsThem() {
    assertThat(destination.probe().account()).isEqualTo("agent@example.com");
    assertThat(destination.describe("users").field("user_fields.plan").orElseThrow().picklist())
        .containsExactly("basic", "pro");
  }
}
