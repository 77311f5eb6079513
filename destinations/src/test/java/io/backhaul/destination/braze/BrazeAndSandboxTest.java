/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.braze;

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
import io.backhaul.destination.Providers;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.destination.testkit.SettableClock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connector and the sandbox, which share nothing but Braze's pages. */
class BrazeAndSandboxTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), clock);
  private final Destination braze = open();

  private Destination open() {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", sandbox.url() + "/braze");
    properties.putObject("auth").put("type", "bearer").put("token", "not-a-real-key");
    return Providers.of("braze")
        .orElseThrow()
        .open(
            new DestinationConfig("acme", "braze", "braze", properties),
            new DeliveryContext(clock, "test"));
  }

  @AfterEach
  void stop() {
    braze.close();
    sandbox.close();
  }

  private List<RecordResult> write(String object, Change... changes) {
    Batch batch = new Batch("b1", object, changes[0].op(), List.of(changes));
    return ((Delivery.Settled) braze.write(batch)).results();
  }

  @Test
  void anUpdateOfNobodyComesToNothingAndCountsAsApplied() {
    Change update = change(Op.UPDATE, "{\"id\":17}", "{\"plan\":\"pro\"}", null);
    assertThat(write("users", update)).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(sandbox.records("users")).isEmpty();
  }

  @Test
  void anAliasIsAUserOfItsOwn() {
    String fields =
        "{\"user_alias\":{\"alias_name\":\"n\",\"alias_label\":\"l\"},\"plan\":\"pro\"}";
    write("users", change(Op.UPSERT, "{\"id\":17}", fields, null));
    assertThat(sandbox.records("users")).containsOnlyKeys("alias l/n");
  }

  @Test
  void twoRecordsOfOneUserAreNotSentTogether() {
    List<RecordResult> results =
        write(
            "users",
            change(Op.UPSERT, "{\"id\":1}", "{\"external_id\":\"u1\"}", null),
            change(Op.UPSERT, "{\"id\":2}", "{\"external_id\":\"u1\"}", null));
    assertThat(results.get(0)).isInstanceOf(RecordResult.Applied.class);
    assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("DUPLICATE_ID");
  }

  @Test
  void anEventWithoutATimeIsRejectedWithTheFieldInBrazesWords() {
    Change event =
        change(Op.INSERT, "{\"n\":1}", "{\"external_id\":\"u1\",\"name\":\"seen\"}", null);
    RecordResult.Rejected rejected = (RecordResult.Rejected) write("events", event).get(0);
    assertThat(rejected.field()).isEqualTo("time");
    assertThat(rejected.message()).isEqualTo("'time' is required");
  }

  @Test
  void theProbeLeavesNothingBehind() {
    assertThat(braze.probe().asked()).isEqualTo("POST /users/track");
    assertThat(sandbox.records("users")).isEmpty();
  }

  @Test
  void whatBrazeDoesNotHaveIsRefusedByName() {
    Change insert = change(Op.INSERT, "{\"id\":6}", "{}", null);
    for (String object : List.of("users", "campaigns")) {
      DestinationException refused =
          catchThrowableOfType(DestinationException.class, () -> write(object, insert));
      assertThat(refused.kind()).isEqualTo(DestinationException.Kind.REFUSED);
      assertThat(refused.code())
          .isEqualTo(object.equals("users") ? "OP_NOT_OFFERED" : "OBJECT_UNKNOWN");
    }
    assertThat(braze.describe("users").closed()).isFalse();
  }
}
