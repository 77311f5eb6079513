/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.intercom;

import static io.backhaul.destination.testkit.Worded.change;
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
import io.backhaul.destination.Providers;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connector and the sandbox, which share nothing but Intercom's pages. */
class IntercomAndSandboxTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), clock);
  private final List<Destination> opened = new ArrayList<>();

  @AfterEach
  void stop() {
    opened.forEach(Destination::close);
    sandbox.close();
  }

  private Destination open(String more) {
    ObjectNode properties = (ObjectNode) Canonical.tree(more);
    properties.put("url", sandbox.url() + "/intercom");
    properties.putObject("auth").put("type", "bearer").put("token", "not-a-real-token");
    Destination destination =
        Providers.of("intercom")
            .orElseThrow()
            .open(
                new DestinationConfig("acme", "ic", "intercom", properties),
                new DeliveryContext(clock, "test"));
    opened.add(destination);
    return destination;
  }

  private static RecordResult write(Destination destination, String object, Change change) {
    Batch batch = new Batch("b1", object, change.op(), List.of(change));
    return ((Delivery.Settled) destination.write(batch)).results().get(0);
  }

  private static Change upsert(String key, String fields) {
    return change(Op.UPSERT, key, fields, null);
  }

  private static String applied(RecordResult result) {
    assertThat(result).isInstanceOf(RecordResult.Applied.class);
    return ((RecordResult.Applied) result).destinationId();
  }

  private void post(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sandbox.url() + "/intercom" + path))
            .header("Authorization", "Bearer any")
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anUpsertOfAContactThatExistsUpdatesItAndGivesItsIdBack() {
    Destination intercom = open("{}");
    Change first = upsert("{\"id\":17}", "{\"email\":\"a@example.com\",\"plan\":\"pro\"}");
    String id = applied(write(intercom, "contacts", first));
    Change second = upsert("{\"id\":17}", "{\"email\":\"a@example.com\",\"plan\":\"team\"}");

    assertThat(applied(write(intercom, "contacts", second))).isEqualTo(id);
    assertThat(sandbox.records("contacts").get("17")).contains("\"team\"");
  }

  @Test
  void aContactWithoutAnExternalIdIsTakenOverByItsAddressAndAnotherOnesIsNot() {
    Destination byEmail = open("{\"identity\":{\"contacts\":\"email\"}}");
    Destination intercom = open("{}");
    String lead =
        applied(write(byEmail, "contacts", upsert("{\"id\":1}", "{\"email\":\"a@example.com\"}")));
    Change named = upsert("{\"id\":17}", "{\"email\":\"a@example.com\"}");
    assertThat(applied(write(intercom, "contacts", named))).isEqualTo(lead);

    RecordResult other =
        write(intercom, "contacts", upsert("{\"id\":18}", "{\"email\":\"a@example.com\"}"));
    assertThat(other).isInstanceOf(RecordResult.Rejected.class);
    assertThat(((RecordResult.Rejected) other).code()).isEqualTo("conflict");
    assertThat(((RecordResult.Rejected) other).field()).isEqualTo("email");
  }

  @Test
  void anArchivedContactIsRejectedOrUnarchivedAsTheFileSays() throws Exception {
    Change change = upsert("{\"id\":17}", "{\"name\":\"A\"}");
    String id = applied(write(open("{}"), "contacts", change));
    post("/contacts/" + id + "/archive");

    RecordResult rejected = write(open("{}"), "contacts", change);
    assertThat(rejected).isInstanceOf(RecordResult.Rejected.class);
    assertThat(((RecordResult.Rejected) rejected).message()).contains("archived");
    assertThat(applied(write(open("{\"archived\":\"unarchive\"}"), "contacts", change)))
        .isEqualTo(id);
  }

  @Test
  void updatesNeedARecordAndDeletesDoNot() {
    Destination intercom = open("{}");
    for (String object : List.of("contacts", "companies")) {
      Change update = change(Op.UPDATE, "{\"id\":17}", "{\"name\":\"A\"}", null);
      Change delete = change(Op.DELETE, "{\"id\":17}", null, null);
      assertThat(write(intercom, object, update)).isInstanceOf(RecordResult.Rejected.class);
      applied(write(intercom, object, delete));
      String id = applied(write(intercom, object, upsert("{\"id\":17}", "{\"name\":\"B\"}")));
      assertThat(applied(write(intercom, object, update))).isEqualTo(id);
      assertThat(sandbox.records(object).get("17")).contains("\"A\"");
      applied(write(intercom, object, delete));
      assertThat(sandbox.records(object)).isEmpty();
    }
  }

  @Test
  void anInsertOfAContactThatExistsIsRejected() {
    Destination intercom = open("{}");
    Change insert = change(Op.INSERT, "{\"id\":17}", "{\"name\":\"A\"}", null);
    applied(write(intercom, "contacts", insert));
    assertThat(write(intercom, "contacts", insert)).isInstanceOf(RecordResult.Rejected.class);
  }

  @Test
  void tagsArePutOnAndTakenOff() {
    Destination intercom = open("{}");
    String id = applied(write(intercom, "contacts", upsert("{\"id\":17}", "{}")));
    write(intercom, "companies", upsert("{\"id\":6}", "{}"));

    assertThat(applied(write(intercom, "tags/vip", upsert("{\"id\":17}", "{}")))).isEqualTo(id);
    applied(write(intercom, "tags/vip", upsert("{\"company_id\":6}", "{}")));
    assertThat(sandbox.records("tags/vip")).containsOnlyKeys("contact 17", "company 6");
    applied(write(intercom, "tags/vip", change(Op.DELETE, "{\"id\":17}", null, null)));
    applied(write(intercom, "tags/vip", change(Op.DELETE, "{\"company_id\":6}", null, null)));
    assertThat(sandbox.records("tags/vip")).isEmpty();
    assertThat(write(intercom, "tags/vip", upsert("{\"id\":99}", "{}")))
        .isInstanceOf(RecordResult.Rejected.class);
    applied(write(intercom, "tags/vip", change(Op.DELETE, "{\"id\":99}", null, null)));
  }

  @Test
  void anEventOfAContactThatIsNotThereIsRejected() {
    Destination intercom = open("{}");
    String fields = "{\"user_id\":17,\"event_name\":\"seen\",\"created_at\":1767225600}";
    Change event = change(Op.INSERT, "{\"event_id\":1}", fields, null);
    RecordResult refused = write(intercom, "events", event);
    assertThat(refused).isInstanceOf(RecordResult.Rejected.class);
    assertThat(((RecordResult.Rejected) refused).code()).isEqualTo("not_found");

    write(intercom, "contacts", upsert("{\"id\":17}", "{}"));
    applied(write(intercom, "events", event));
    assertThat(sandbox.records("events")).hasSize(1);
  }

  @Test
  void theWorkspacesAttributesAreTheFieldsOfItsObjects() {
    ObjectSchema contacts = open("{}").describe("contacts");
    assertThat(contacts.closed()).isTrue();
    assertThat(contacts.keys()).containsExactlyInAnyOrder("external_id", "email");
    assertThat(contacts.field("custom_attributes.plan").orElseThrow().picklist())
        .containsExactly("free", "pro", "team");
    assertThat(contacts.field("plan").orElseThrow().writable()).isTrue();
    assertThat(contacts.field("has_hard_bounced").orElseThrow().writable()).isFalse();
    assertThat(contacts.field("old_plan")).isEmpty();
    assertThat(open("{}").describe("companies").field("company_id").orElseThrow().writable())
        .isTrue();
  }

  @Test
  void theProbeSaysWhichWorkspaceItIs() {
    assertThat(open("{}").probe().account()).isEqualTo("Sandbox");
  }

  @Test
  void whatIntercomDoesNotHaveIsRefusedByName() {
    Destination intercom = open("{}");
    Change insert = change(Op.INSERT, "{\"id\":6}", "{}", null);
    for (String object : List.of("companies", "conversations")) {
      DestinationException refused =
          catchThrowableOfType(DestinationException.class, () -> write(intercom, object, insert));
      assertThat(refused.kind()).isEqualTo(DestinationException.Kind.REFUSED);
      assertThat(refused.code())
          .isEqualTo(object.equals("companies") ? "OP_NOT_OFFERED" : "OBJECT_UNKNOWN");
    }
  }
}
