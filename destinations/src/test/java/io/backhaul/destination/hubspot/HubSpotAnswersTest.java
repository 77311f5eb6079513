/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.LoopbackHttp;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** HubSpot's own answers, as documented or recorded, each turned into the right outcomes. */
class HubSpotAnswersTest {

  /** Documentation, "Error handling" (2026-03-30). */
  private static final String PARTIAL =
      """
      {"status":"COMPLETE","results":[{"id":"1145814089","properties":{
       "createdate":"2024-08-15T17:09:13.648Z","hs_object_id":"1145814089","hs_pipeline":"0",
       "hs_pipeline_stage":"1"},"archived":false}],"numErrors":1,"errors":[{"status":"error",
       "category":"VALIDATION_ERROR","message":"Property values were not valid: [{\\"isValid\\":false,\
      \\"message\\":\\"Property \\\\\\"missing\\\\\\" does not exist\\",\\"error\\":\\"PROPERTY_DOESNT_EXIST\\",\
      \\"name\\":\\"missing\\"}]","context":{"objectWriteTraceId":["%s"]}}]}
      """;

  /** Recorded traffic of 2022; no policy's name and no Retry-After. */
  private static final String SECONDLY =
      "{\"status\":\"error\",\"message\":\"You have reached your secondly limit.\","
          + "\"category\":\"RATE_LIMITS\"}";

  /** Documentation, "API usage guidelines". */
  private static final String DAILY =
      "{\"status\":\"error\",\"message\":\"You have reached your daily limit.\","
          + "\"errorType\":\"RATE_LIMIT\",\"policyName\":\"DAILY\"}";

  private final SettableClock clock = SettableClock.atNoon();
  private final List<WireRequest> requests = new CopyOnWriteArrayList<>();
  private volatile Function<WireRequest, WireReply> vendor = request -> WireReply.of(500, "");
  private final LoopbackHttp server =
      LoopbackHttp.start(
          0,
          request -> {
            requests.add(request);
            return vendor.apply(request);
          });
  private final List<Destination> opened = new ArrayList<>();

  @AfterEach
  void stop() {
    opened.forEach(Destination::close);
    server.close();
  }

  private Destination open(UnaryOperator<ObjectNode> more) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode().put("url", server.url() + "/");
    Destination destination =
        new HubSpotProvider()
            .open(
                new DestinationConfig("acme", "hub", "hubspot", more.apply(properties)),
                new DeliveryContext(clock, "test"));
    opened.add(destination);
    return destination;
  }

  private Destination open() {
    return open(properties -> properties);
  }

  private static Change change(Op op, int n, String fields, String id) {
    return new Change("{\"id\":" + n + "}", op, fields, id, n, "");
  }

  private static Batch contacts(Change... changes) {
    return new Batch("batch", "contacts", changes[0].op(), List.of(changes));
  }

  private static List<RecordResult> write(Destination destination, Batch batch) {
    return ((Delivery.Settled) destination.write(batch)).results();
  }

  private DestinationException failure(int status, Map<String, String> headers, String body) {
    vendor = request -> WireReply.of(status, headers, body);
    Batch batch = contacts(change(Op.UPSERT, 1, "{\"email\":\"a@example.com\"}", null));
    return catchThrowableOfType(DestinationException.class, () -> open().write(batch));
  }

  private JsonNode sent(int request) {
    return Canonical.tree(requests.get(request).text()).path("inputs");
  }

  @Test
  void aPartialCreateRejectsTheRecordOfTheTraceIdAndAppliesTheOther() {
    vendor =
        request -> {
          JsonNode inputs = Canonical.tree(request.text()).path("inputs");
          return WireReply.of(
              207, PARTIAL.formatted(inputs.path(1).path("objectWriteTraceId").asText()));
        };
    Batch tickets =
        new Batch(
            "549b1c2a935",
            "tickets",
            Op.INSERT,
            List.of(
                change(Op.INSERT, 1, "{\"hs_pipeline_stage\":\"1\"}", null),
                change(Op.INSERT, 2, "{\"missing\":\"1\"}", null)));

    List<RecordResult> results =
        write(open(properties -> properties.put("id_property", "hs_ticket_id")), tickets);

    assertThat(results)
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", "1145814089"),
            new RecordResult.Rejected(
                "{\"id\":2}",
                "PROPERTY_DOESNT_EXIST",
                "missing",
                "Property \"missing\" does not exist"));
    assertThat(requests.get(0).path()).isEqualTo("/crm/v3/objects/tickets/batch/create");
  }

  @Test
  void aCreateThatSucceedsIsMatchedByTheIdPropertyWhateverItsCase() {
    vendor =
        request ->
            WireReply.of(
                201,
                "{\"status\":\"COMPLETE\",\"results\":[{\"id\":\"290251\",\"properties\":{"
                    + "\"email\":\"pete@example.com\",\"firstname\":\"Pete\"},\"archived\":false}]}");

    assertThat(
            write(open(), contacts(change(Op.INSERT, 1, "{\"email\":\"Pete@Example.com\"}", null))))
        .containsExactly(new RecordResult.Applied("{\"id\":1}", "290251"));
  }

  @Test
  void anUpdateGoesByHubSpotsOwnIdWhereItIsKnownAndClearsWithTheEmptyText() {
    vendor =
        request ->
            WireReply.of(
                200,
                "{\"status\":\"COMPLETE\",\"results\":[{\"id\":\"290201\",\"properties\":{"
                    + "\"lastname\":\"\",\"number_field\":\"\"},\"archived\":false}]}");
    Change change =
        change(
            Op.UPDATE,
            1,
            "{\"email\":\"john@example.com\",\"lastname\":null,\"number_field\":null}",
            "290201");

    assertThat(write(open(), contacts(change)))
        .containsExactly(new RecordResult.Applied("{\"id\":1}", "290201"));
    assertThat(sent(0).get(0).path("id").asText()).isEqualTo("290201");
    assertThat(sent(0).get(0).has("idProperty")).isFalse();
    assertThat(sent(0).get(0).path("properties").toString())
        .isEqualTo("{\"email\":\"john@example.com\",\"lastname\":\"\",\"number_field\":\"\"}");
  }

  @Test
  void valuesAreWrittenAsHubSpotReadsThem() {
    vendor = request -> WireReply.of(200, "{\"results\":[]}");
    open()
        .write(
            contacts(
                change(
                    Op.UPSERT,
                    1,
                    "{\"email\":\"a@example.com\",\"n\":9007199254740993,\"d\":1.50,\"e\":1E+3,"
                        + "\"flag\":false,\"tags\":[\"a\",\"b\",3],\"nested\":{\"x\":[1]},"
                        + "\"day\":\"2026-03-01\"}",
                    null)));

    assertThat(sent(0).get(0).path("properties").toString())
        .isEqualTo(
            "{\"email\":\"a@example.com\",\"n\":\"9007199254740993\",\"d\":\"1.50\",\"e\":\"1000\","
                + "\"flag\":\"false\",\"tags\":\"a;b;3\",\"nested\":\"{\\\"x\\\":[1]}\","
                + "\"day\":\"2026-03-01\"}");
    assertThat(sent(0).get(0).path("idProperty").asText()).isEqualTo("email");
  }

  @Test
  void anArchiveIsAnsweredWithoutABodyAndARecordWithoutIdIsNotSent() {
    vendor = request -> WireReply.of(204, "");

    List<RecordResult> results =
        write(
            open(),
            contacts(change(Op.DELETE, 1, null, "290251"), change(Op.DELETE, 2, null, null)));

    assertThat(results.get(0)).isEqualTo(new RecordResult.Applied("{\"id\":1}", "290251"));
    assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("NO_DESTINATION_ID");
    assertThat(requests.get(0).text()).isEqualTo("{\"inputs\":[{\"id\":\"290251\"}]}");
  }

  @Tag("fault-38")
  @Test
  void recordsThatHubSpotCannotTellApartAreRejectedAndNoRequestIsMadeForNothing() {
    vendor =
        request ->
            WireReply.of(
                200, "{\"results\":[{\"id\":\"7\",\"properties\":{\"email\":\"a@example.com\"}}]}");
    Change first = change(Op.UPSERT, 1, "{\"email\":\"a@example.com\"}", null);
    Change same = change(Op.UPSERT, 2, "{\"email\":\"A@example.com\"}", null);
    Change empty = change(Op.UPSERT, 3, "{\"email\":null}", null);

    List<RecordResult> results = write(open(), contacts(first, same, empty));

    assertThat(results.get(0)).isInstanceOf(RecordResult.Applied.class);
    assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("DUPLICATE_ID");
    assertThat(((RecordResult.Rejected) results.get(2)).code()).isEqualTo("ID_PROPERTY_EMPTY");
    assertThat(sent(0)).hasSize(1);
    write(open(), contacts(empty));
    assertThat(requests).hasSize(1);
  }

  @Test
  void successesWithoutAnyNameSettleWhoIsLeftOnlyIfTheCountsAgree() {
    Change first = change(Op.UPSERT, 1, "{\"email\":\"a@example.com\"}", null);
    Change second = change(Op.UPSERT, 2, "{\"email\":\"b@example.com\"}", null);
    vendor = request -> WireReply.of(200, "{\"results\":[{\"id\":\"7\"},{\"id\":\"8\"}]}");
    assertThat(write(open(), contacts(first, second)))
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", null),
            new RecordResult.Applied("{\"id\":2}", null));

    vendor = request -> WireReply.of(200, "{\"results\":[{\"id\":\"7\"}]}");
    assertThat(write(open(), contacts(first, second)))
        .allMatch(RecordResult.Unknown.class::isInstance);
  }

  @Test
  void limitsAreWaitedOutForAsLongAsTheirWindow() {
    assertThat(failure(429, Map.of(), SECONDLY).rateHint().pause())
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(
            failure(429, Map.of(), SECONDLY.replace("secondly", "ten_secondly_rolling"))
                .rateHint()
                .pause())
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(failure(429, Map.of(), DAILY).rateHint().pause()).isEqualTo(Duration.ofHours(12));
    assertThat(failure(429, Map.of("Retry-After", "60"), DAILY).rateHint().pause())
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void locksAndMovesAreWaitedOutAndUnreachedOriginsWereNotApplied() {
    DestinationException locked = failure(423, Map.of(), "");
    assertThat(locked.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(locked.rateHint().pause()).isEqualTo(Duration.ofSeconds(2));
    DestinationException moving = failure(477, Map.of("Retry-After", "3600"), "");
    assertThat(moving.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(moving.rateHint().pause()).isEqualTo(Duration.ofHours(1));
    assertThat(failure(521, Map.of(), "").kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure(524, Map.of(), "").kind()).isEqualTo(Kind.IN_DOUBT);
  }

  @Test
  void aRefusalNamesItsCodeAndPropertyOrScopes() {
    DestinationException invalid =
        failure(
            400,
            Map.of(),
            "{\"status\":\"error\",\"message\":\"details\",\"errors\":[{\"message\":\"discount was"
                + " not a valid"
                + " number\",\"code\":\"INVALID_INTEGER\",\"context\":{\"propertyName\":"
                + "[\"discount\"]}}],\"category\":\"VALIDATION_ERROR\"}");
    assertThat(invalid.kind()).isEqualTo(Kind.POISONED);
    assertThat(invalid.code()).isEqualTo("INVALID_INTEGER");
    assertThat(invalid.field()).isEqualTo("discount");
    assertThat(invalid).hasMessageContaining("discount was not a valid number");

    DestinationException scopes =
        failure(
            403,
            Map.of(),
            "{\"status\":\"error\",\"message\":\"This app hasn't been granted all required"
                + " scopes\",\"errors\":[{\"message\":\"One or more of the following scopes are"
                + " required.\","
                + "\"context\":{\"requiredGranularScopes\":[\"crm.objects.deals.read\"]}}],"
                + "\"category\":\"MISSING_SCOPES\"}");
    assertThat(scopes.kind()).isEqualTo(Kind.REFUSED);
    assertThat(scopes.code()).isEqualTo("MISSING_SCOPES");
    assertThat(scopes).hasMessageContaining("crm.objects.deals.read");

    DestinationException unauthenticated =
        failure(
            401,
            Map.of(),
            "{\"status\":\"error\",\"message\":\"Authentication credentials not found.\","
                + "\"category\":\"INVALID_AUTHENTICATION\"}");
    assertThat(unauthenticated.kind()).isEqualTo(Kind.REFUSED);
    assertThat(unauthenticated.code()).isEqualTo("INVALID_AUTHENTICATION");
  }

  @Test
  void describeTellsTypesPicklistsKeysAndWhatIsReadOnly() {
    vendor =
        request ->
            WireReply.of(
                200,
                """
                {"results":[
                 {"name":"email","type":"string","fieldType":"text","hasUniqueValue":true,"options":[]},
                 {"name":"stage","type":"enumeration","fieldType":"select",
                  "options":[{"label":"Lead","value":"lead"},{"label":"Customer","value":"customer"}]},
                 {"name":"tags","type":"enumeration","fieldType":"checkbox",
                  "options":[{"label":"A","value":"a"}]},
                 {"name":"score","type":"number","calculated":true},
                 {"name":"hs_object_id","type":"number","modificationMetadata":{"readOnlyValue":true}}]}
                """);

    ObjectSchema schema = open().describe("contacts");

    assertThat(requests.get(0).path()).isEqualTo("/crm/v3/properties/contacts");
    assertThat(schema.closed()).isTrue();
    assertThat(schema.keys()).containsExactly("email");
    assertThat(schema.field("email").orElseThrow().required()).isTrue();
    assertThat(schema.field("stage").orElseThrow().picklist()).containsExactly("lead", "customer");
    assertThat(schema.field("tags").orElseThrow().picklist()).isEmpty();
    assertThat(schema.field("score").orElseThrow().writable()).isFalse();
    assertThat(schema.field("hs_object_id").orElseThrow().writable()).isFalse();
  }

  @Test
  void anObjectThatNothingIdentifiesIsRefusedWithTheRemedy() {
    Change wide = new Change("{\"a\":1,\"b\":2}", Op.UPSERT, "{\"dealname\":\"x\"}", null, 1, "");
    Batch deals = new Batch("batch", "deals", Op.UPSERT, List.of(wide));
    DestinationException missing =
        catchThrowableOfType(DestinationException.class, () -> open().write(deals));
    assertThat(missing.kind()).isEqualTo(Kind.REFUSED);
    assertThat(missing).hasMessageContaining("id_property: {deals: …}");

    Destination named =
        open(
            properties -> {
              properties.putObject("id_property").put("deals", "deal_ref");
              return properties;
            });
    assertThat(named.capabilities().identityFields()).contains("deal_ref", "email", "domain");
    DestinationException odd =
        catchThrowableOfType(
            DestinationException.class,
            () -> open(p -> p.put("id_property", "ref")).describe("../secrets"));
    assertThat(odd.kind()).isEqualTo(Kind.REFUSED);
    assertThat(requests).isEmpty();
  }
}
