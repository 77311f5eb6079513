/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.iterable;

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
import io.backhaul.destination.RecordResult.Applied;
import io.backhaul.destination.RecordResult.Rejected;
import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.destination.testkit.SettableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connector and the sandbox, which share nothing but Iterable's pages. */
class IterableAndSandboxTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), clock);
  private final Destination iterable = open("not-a-real-key");

  private Destination open(String key) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", sandbox.url() + "/iterable");
    if (key != null) {
      properties.putObject("auth").put("type", "header").put("token", key);
    }
    return Providers.of("iterable")
        .orElseThrow()
        .open(
            new DestinationConfig("acme", "iterable", "iterable", properties),
            new DeliveryContext(clock, "test"));
  }

  @AfterEach
  void stop() {
    iterable.close();
    sandbox.close();
  }

  private List<RecordResult> write(String object, Change... changes) {
    Batch batch = new Batch("b1", object, changes[0].op(), List.of(changes));
    return ((Delivery.Settled) iterable.write(batch)).results();
  }

  private static Change user(int n, String email) {
    String fields = "{\"email\":\"" + email + "\",\"firstName\":\"A\"}";
    return change(Op.UPSERT, "{\"id\":" + n + "}", fields, null);
  }

  @Test
  void anAddressThatIsNoneIsRejectedAndTheOthersAreTaken() {
    List<RecordResult> results =
        write("users", user(1, "a@example.com"), user(2, "nobody"), user(3, "B@example.com"));

    assertThat(results.get(0)).isInstanceOf(Applied.class);
    assertThat(results.get(1))
        .isEqualTo(new Rejected("{\"id\":2}", "invalidEmails", "email", null));
    assertThat(results.get(2)).isInstanceOf(Applied.class);
    assertThat(sandbox.records("users")).containsOnlyKeys("a@example.com", "b@example.com");
  }

  @Test
  void aFieldOfAnotherTypeRefusesTheRequestAndIsNamed() {
    sandbox.script(
        SandboxScript.FAULTLESS.with(Rejection.when("firstName", "^A$", "MISMATCH", "a number")));

    DestinationException refused =
        catchThrowableOfType(
            DestinationException.class, () -> write("users", user(1, "a@example.com")));
    assertThat(refused.kind()).isEqualTo(DestinationException.Kind.POISONED);
    assertThat(refused.code()).isEqualTo("RequestFieldsTypesMismatched");
    assertThat(refused.field()).isEqualTo("firstName");
    assertThat(sandbox.records("users")).isEmpty();
  }

  @Test
  void usersAreDeletedOneByOneAndWhoIsGoneIsDeleted() {
    write("users", user(1, "a@example.com"));
    Change gone = change(Op.DELETE, "{\"email\":\"a@example.com\"}", null, null);
    Change never = change(Op.DELETE, "{\"userId\":\"u9\"}", null, null);

    assertThat(write("users", gone, never)).hasOnlyElementsOfType(Applied.class).hasSize(2);
    assertThat(sandbox.records("users")).isEmpty();
  }

  @Test
  void anEventThatComesAgainTakesThePlaceOfTheFirst() {
    Change event =
        change(
            Op.UPSERT,
            "{\"event_id\":\"e1\"}",
            "{\"email\":\"a@example.com\",\"eventName\":\"bought\"}",
            null);
    Change badly =
        change(
            Op.UPSERT,
            "{\"event_id\":\"e2\"}",
            "{\"email\":\"nobody\",\"eventName\":\"bought\"}",
            null);
    Change ofNobody = change(Op.UPSERT, "{\"event_id\":\"e3\"}", "{\"eventName\":\"x\"}", null);
    Change nameless = change(Op.UPSERT, "{\"event_id\":\"e4\"}", "{\"userId\":\"u\"}", null);
    write("events", event);
    List<RecordResult> results = write("events", event, badly, ofNobody, nameless);

    assertThat(results.get(0)).isInstanceOf(Applied.class);
    assertThat(results.get(1)).isEqualTo(new Rejected(badly.key(), "invalidEmails", "email", null));
    assertThat(((Rejected) results.get(2)).code()).isEqualTo("IDENTITY_MISSING");
    assertThat(((Rejected) results.get(3)).field()).isEqualTo("eventName");
    assertThat(sandbox.records("events")).containsOnlyKeys("e1");
  }

  @Test
  void membersComeAndGo() {
    Change member = change(Op.UPSERT, "{\"email\":\"a@example.com\"}", "{\"x\":1}", null);
    assertThat(write("lists/42", member)).hasOnlyElementsOfType(Applied.class);
    assertThat(sandbox.records("lists/42")).containsOnlyKeys("a@example.com");

    assertThat(write("lists/42", change(Op.DELETE, "{\"email\":\"a@example.com\"}", null, null)))
        .hasOnlyElementsOfType(Applied.class);
    assertThat(sandbox.records("lists/42")).isEmpty();
  }

  @Test
  void aThrottleIsWaitedForEvenIfItSaysNothing() {
    sandbox.script(SandboxScript.FAULTLESS.with(Fault.times(Fault.Kind.THROTTLE_SILENTLY, 1)));

    DestinationException throttled =
        catchThrowableOfType(
            DestinationException.class, () -> write("users", user(1, "a@example.com")));
    assertThat(throttled.code()).isEqualTo("RateLimitExceeded");
    assertThat(throttled.rateHint().pause()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void fieldsAndCredentialsAreAskedFor() {
    assertThat(iterable.probe().asked()).isEqualTo("GET /api/channels");
    assertThat(iterable.describe("users").field("firstName").orElseThrow().type())
        .isEqualTo("string");
    assertThat(iterable.describe("users").closed()).isFalse();
    assertThat(iterable.describe("lists/7").fields()).isEmpty();
    try (Destination keyless = open(null)) {
      DestinationException refused =
          catchThrowableOfType(DestinationException.class, keyless::probe);
      assertThat(refused.kind()).isEqualTo(DestinationException.Kind.REFUSED);
      assertThat(refused.code()).isEqualTo("BadApiKey");
    }
  }
}
