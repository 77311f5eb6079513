/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import static io.backhaul.destination.salesforce.ScriptedOrg.batch;
import static io.backhaul.destination.salesforce.ScriptedOrg.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.Manner;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.testkit.Canonical;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CollectionsTest {

  private static final String SAVED =
      "{\"id\":\"003000000000001AAA\",\"success\":true,\"errors\":[]}";

  private final ScriptedOrg org = new ScriptedOrg();

  @AfterEach
  void stop() {
    org.close();
  }

  private static String all(int count) {
    return "[" + String.join(",", Collections.nCopies(count, SAVED)) + "]";
  }

  private static List<RecordResult> write(Destination destination, Batch batch) {
    return ((Delivery.Settled) destination.write(batch)).results();
  }

  private DestinationException failure(int status, Map<String, String> headers, String body) {
    org.answering(request -> WireReply.of(status, headers, body));
    Destination destination = org.open("{}");
    return catchThrowableOfType(
        DestinationException.class, () -> destination.write(batch(Op.UPSERT, 1)));
  }

  private static String error(String code, String message) {
    return Canonical.write(List.of(Map.of("errorCode", code, "message", message)));
  }

  private RecordResult elementOf(Op op, String code, String message) {
    org.answering(
        Canonical.write(
            List.of(
                Map.of(
                    "success",
                    false,
                    "errors",
                    List.of(Map.of("statusCode", code, "message", message))))));
    String fields = op == Op.DELETE ? null : "{}";
    return write(org.open("{}"), batch(change(op, 1, fields, "003000000000001AAA"))).get(0);
  }

  @Test
  void valuesAreWrittenAsSalesforceReadsThem() {
    org.answering(all(1));
    String fields =
        """
        {"LastName":null,"n":9007199254740993,"d":1.50,"e":1E+3,"x":123456789012345678901234567890.5,
         "flag":false,"tags":["a","b",3],"none":[],"nested":{"x":[1],"y":2},
         "at":"2026-03-01T11:00:00.123456Z","local":"2026-03-01T11:00:00.000000","day":"2026-03-01"}
        """;
    write(org.open("{}"), batch(change(Op.UPSERT, 1, fields, null)));

    assertThat(org.call(0))
        .isEqualTo("PATCH /services/data/v66.0/composite/sobjects/Contact/Ext__c");
    assertThat(org.requests.get(0).text())
        .isEqualTo(
            "{\"allOrNone\":false,\"records\":[{\"attributes\":{\"type\":\"Contact\"},"
                + "\"LastName\":null,\"n\":9007199254740993,\"d\":1.50,\"e\":1000,"
                + "\"x\":123456789012345678901234567890.5,\"flag\":false,\"tags\":\"a;b;3\","
                + "\"none\":null,\"nested\":\"{\\\"x\\\":[1],\\\"y\\\":2}\","
                + "\"at\":\"2026-03-01T11:00:00.123Z\",\"local\":\"2026-03-01T11:00:00.000Z\","
                + "\"day\":\"2026-03-01\",\"Ext__c\":\"e1\"}]}");
  }

  @Test
  void aParentIsNamedByItsExternalIdAndClearedByItsLookupField() {
    org.answering(all(2));
    write(
        org.open("{}"),
        batch(
            change(
                Op.UPSERT,
                1,
                "{\"Account.MyExtId__c\":7,\"Mother__r.Ext__c\":\"m\",\"Lead:Who.Email\":\"a@example.com\","
                    + "\"Owner\":{\"Username\":\"u\"}}",
                null),
            change(
                Op.UPSERT,
                2,
                "{\"Account.MyExtId__c\":null,\"Mother__r.Ext__c\":null,\"Lead:Who.Email\":null}",
                null)));

    assertThat(org.body(0).at("/records/0").toString())
        .isEqualTo(
            "{\"attributes\":{\"type\":\"Contact\"},\"Account\":{\"MyExtId__c\":7},"
                + "\"Mother__r\":{\"Ext__c\":\"m\"},"
                + "\"Who\":{\"attributes\":{\"type\":\"Lead\"},\"Email\":\"a@example.com\"},"
                + "\"Owner\":{\"Username\":\"u\"},\"Ext__c\":\"e1\"}");
    assertThat(org.body(0).at("/records/1").toString())
        .isEqualTo(
            "{\"attributes\":{\"type\":\"Contact\"},\"AccountId\":null,\"Mother__c\":null,"
                + "\"WhoId\":null,\"Ext__c\":\"e2\"}");
  }

  @Test
  void updatesAndDeletesGoBySalesforcesIdWhereItIsKnownAndByExternalIdWhereNot() {
    org.answering(
        "[" + SAVED + "]",
        """
        {"compositeResponse":[
         {"body":{"id":"003000000000002AAA","success":true},"httpStatusCode":200,"referenceId":"r0"},
         {"body":[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}],
          "httpStatusCode":404,"referenceId":"r1"}]}
        """);
    List<RecordResult> results =
        write(
            org.open("{}"),
            batch(
                change(Op.UPDATE, 1, "{\"Title\":\"a\"}", "003000000000001AAA"),
                change(Op.UPDATE, 2, "{\"Title\":\"b\",\"Ext__c\":\"e/2\"}", null),
                change(Op.UPDATE, 3, "{\"Title\":\"c\"}", null)));

    assertThat(org.call(0)).isEqualTo("PATCH /services/data/v66.0/composite/sobjects");
    assertThat(org.body(0).at("/records/0").toString())
        .isEqualTo(
            "{\"attributes\":{\"type\":\"Contact\"},\"id\":\"003000000000001AAA\",\"Title\":\"a\"}");
    assertThat(org.call(1)).isEqualTo("POST /services/data/v66.0/composite");
    assertThat(org.body(1).at("/compositeRequest/0").toString())
        .isEqualTo(
            "{\"method\":\"PATCH\",\"url\":\"/services/data/v66.0/sobjects/Contact/Ext__c/e%2F2?updateOnly=true\","
                + "\"referenceId\":\"r0\",\"body\":{\"Title\":\"b\"}}");
    assertThat(results.get(0))
        .isEqualTo(new RecordResult.Applied("{\"Ext__c\":\"e1\"}", "003000000000001AAA"));
    assertThat(results.get(1))
        .isEqualTo(new RecordResult.Applied("{\"Ext__c\":\"e2\"}", "003000000000002AAA"));
    assertThat(((RecordResult.Rejected) results.get(2)).code()).isEqualTo("NOT_FOUND");
  }

  @Test
  void aDeleteOfWhatIsGoneIsAppliedAndOfAFieldThatIsNotThereIsNot() {
    assertThat(elementOf(Op.DELETE, "ENTITY_IS_DELETED", "entity is deleted"))
        .isInstanceOf(RecordResult.Applied.class);
    assertThat(org.call(0))
        .isEqualTo(
            "DELETE"
                + " /services/data/v66.0/composite/sobjects?ids=003000000000001AAA&allOrNone=false");
    assertThat(elementOf(Op.UPDATE, "ENTITY_IS_DELETED", "entity is deleted"))
        .isInstanceOf(RecordResult.Rejected.class);
    org.answering(
        """
        {"compositeResponse":[{"body":[{"errorCode":"NOT_FOUND","message":
         "Provided external ID field does not exist or is not accessible: Ext__c"}],
         "httpStatusCode":404,"referenceId":"r0"}]}
        """);
    assertThat(write(org.open("{}"), batch(change(Op.DELETE, 1, null, null))).get(0))
        .isInstanceOf(RecordResult.Rejected.class);
  }

  @Test
  void anAddressIsNeverLongerThanSalesforceTakes() {
    org.answering(
        request ->
            WireReply.of(
                200,
                all(request.query("ids").orElse("").split(",").length)
                    .replaceAll("\"id\":[^,]*,", "")));
    Change[] changes = new Change[450];
    for (int n = 0; n < changes.length; n++) {
      changes[n] = change(Op.DELETE, n, null, "id+" + n + "x".repeat(60));
    }

    assertThat(write(org.open("{}"), batch(changes)))
        .allMatch(RecordResult.Applied.class::isInstance);
    assertThat(org.requests).hasSizeGreaterThan(3);
    assertThat(org.requests).allMatch(request -> request.target().length() < 16_384 / 2 + 200);
  }

  @Tag("fault-38")
  @Test
  void recordsThatSalesforceCannotTellApartAreNotSent() {
    org.answering(all(1));
    Change first = change(Op.UPSERT, 1, "{\"Ext__c\":\"same\"}", null);
    Change second = change(Op.UPSERT, 2, "{\"Ext__c\":\"same\"}", null);
    Change empty = new Change("{\"a\":1,\"b\":2}", Op.UPSERT, "{\"LastName\":\"x\"}", null, 3, "");

    List<RecordResult> results =
        write(org.open("{\"external_id\":\"Ext__c\"}"), batch(first, second, empty));

    assertThat(results.get(0)).isInstanceOf(RecordResult.Applied.class);
    assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("DUPLICATE_ID");
    assertThat(((RecordResult.Rejected) results.get(2)).code()).isEqualTo("EXTERNAL_ID_EMPTY");
    assertThat(org.body(0).path("records")).hasSize(1);
    DestinationException refused =
        catchThrowableOfType(DestinationException.class, () -> org.open("{}").write(batch(empty)));
    assertThat(refused.code()).isEqualTo("EXTERNAL_ID_MISSING");
    assertThat(write(org.open("{}"), batch(new Change(empty.key(), Op.DELETE, null, null, 1, ""))))
        .allMatch(result -> ((RecordResult.Rejected) result).code().equals("NO_DESTINATION_ID"));
  }

  @Test
  void aBatchIsCarriedByCallsOf200WithRecordsOfOneParentTogether() {
    org.answering(
        request -> WireReply.of(200, all(Canonical.tree(request.text()).path("records").size())));
    Change[] changes = new Change[450];
    for (int n = 0; n < changes.length; n++) {
      String fields = "{\"LastName\":\"n\",\"Account.MyExtId__c\":\"p" + n % 3 + "\"}";
      changes[n] = change(Op.UPSERT, n, fields, null);
    }

    assertThat(write(org.open("{}"), batch(changes)))
        .allMatch(RecordResult.Applied.class::isInstance);
    assertThat(org.requests).hasSize(3);
    assertThat(org.body(0).path("records")).hasSize(200);
    assertThat(org.body(0).path("records").findValuesAsText("MyExtId__c").stream().distinct())
        .containsExactly("p0", "p1");
    assertThat(org.body(2).path("records")).hasSize(50);
  }

  @Test
  void aCallThatFailsAfterOthersLeavesItsRecordsForLater() {
    org.answering(
        request ->
            org.requests.size() == 1
                ? WireReply.of(200, all(200))
                : WireReply.of(503, Map.of("Retry-After", "7"), ""));
    Delivery.Settled settled = (Delivery.Settled) org.open("{}").write(batch(Op.UPSERT, 500));

    assertThat(settled.results().subList(0, 200)).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(settled.results().subList(200, 500))
        .allMatch(result -> ((RecordResult.Retry) result).code().equals("HTTP_503"));
    assertThat(settled.rateHint().pause()).isEqualTo(Duration.ofSeconds(7));
    assertThat(org.requests).hasSize(2);
  }

  @Tag("fault-3")
  @Test
  void aLostAnswerAfterOthersIsInDoubtAsAWholeOnlyWhereAllMayBeRepeated() {
    org.answering(
        request ->
            org.requests.size() == 1
                ? WireReply.of(200, all(200))
                : WireReply.of(200, all(200)).travelling(Manner.RESET, Duration.ZERO));
    Destination destination = org.open("{}");
    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class, () -> destination.write(batch(Op.UPSERT, 500)));
    assertThat(failure.kind()).isEqualTo(Kind.IN_DOUBT);

    org.requests.clear();
    List<RecordResult> results = write(destination, batch(Op.INSERT, 500));
    assertThat(results.subList(0, 200)).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(results.subList(200, 400)).allMatch(RecordResult.Unknown.class::isInstance);
    assertThat(results.subList(400, 500)).allMatch(RecordResult.Retry.class::isInstance);
  }

  @Test
  void errorsOfRecordsPassOrStayAsTheirCodesSay() {
    for (String passing :
        List.of("UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT", "PROCESSING_HALTED")) {
      assertThat(elementOf(Op.UPDATE, passing, "busy"))
          .isEqualTo(new RecordResult.Retry("{\"Ext__c\":\"e1\"}", passing));
    }
    assertThat(
            elementOf(
                Op.UPDATE,
                "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
                "Trigger: execution of AfterUpdate caused by: UNABLE_TO_LOCK_ROW, unable to"
                    + " obtain"))
        .isEqualTo(new RecordResult.Retry("{\"Ext__c\":\"e1\"}", "UNABLE_TO_LOCK_ROW"));
    assertThat(
            elementOf(Op.UPDATE, "INVALID_FIELD", "No such column 'Foo__c' on sobject of type X"))
        .isInstanceOfSatisfying(
            RecordResult.Rejected.class,
            rejected -> assertThat(rejected.field()).isEqualTo("Foo__c"));
  }

  @Test
  void limitsAreWaitedOut() {
    DestinationException day =
        failure(403, Map.of(), error("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
    assertThat(day.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(day.rateHint().pause()).isEqualTo(Duration.ofMinutes(15));
    String concurrent = "ConcurrentRequests (Concurrent API Requests) Limit exceeded.";
    assertThat(
            failure(403, Map.of(), error("REQUEST_LIMIT_EXCEEDED", concurrent)).rateHint().pause())
        .isEqualTo(Duration.ofSeconds(20));
    assertThat(failure(503, Map.of(), error("SERVER_UNAVAILABLE", "too busy")).kind())
        .isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure(500, Map.of(), error("UNKNOWN_EXCEPTION", "oops")).kind())
        .isEqualTo(Kind.IN_DOUBT);
    assertThat(
            failure(400, Map.of(), error("INVALID_TYPE", "sObject type 'X' is not supported."))
                .kind())
        .isEqualTo(Kind.REFUSED);

    Map<String, String> last = Map.of("Sforce-Limit-Info", "api-usage=100000/100000");
    org.answering(request -> WireReply.of(200, last, all(1)));
    Delivery.Settled settled = (Delivery.Settled) org.open("{}").write(batch(Op.UPSERT, 1));
    assertThat(settled.rateHint().pause()).isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void duplicateRulesAreOverruledOnlyIfTheFileSaysSo() {
    org.answering(all(1));
    Destination overruling = org.open("{\"duplicate_rule\":{\"allow_save\":true}}");
    write(overruling, batch(Op.UPSERT, 1));
    assertThat(org.requests.get(0).header("Sforce-Duplicate-Rule-Header"))
        .contains("allowSave=true");
    assertThat(overruling.capabilities().maxRecords()).isEqualTo(200);
    write(org.open("{}"), batch(Op.UPSERT, 1));
    assertThat(org.requests.get(1).header("Sforce-Duplicate-Rule-Header")).isEmpty();
    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class,
            () -> org.open("{\"api\":\"bulk\",\"duplicate_rule\":{\"allow_save\":true}}"));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
  }

  @Test
  void anObjectIsDescribedWithThePathsToItsParents() {
    Map<String, String> described =
        Map.of(
            "/services/data/v66.0/sobjects/Contact/describe",
            """
            {"fields":[
             {"name":"Id","type":"id","length":18,"createable":false,"updateable":false,"nillable":false,"idLookup":true},
             {"name":"LastName","type":"string","length":80,"createable":true,"updateable":true,"nillable":false,
              "defaultedOnCreate":false},
             {"name":"Email","type":"email","length":80,"createable":true,"updateable":true,"nillable":true,"idLookup":true},
             {"name":"Level__c","type":"picklist","length":255,"createable":true,"updateable":true,"nillable":true,
              "restrictedPicklist":true,"picklistValues":[{"value":"A","active":true},{"value":"B","active":false}]},
             {"name":"Title","type":"picklist","createable":true,"updateable":true,"nillable":true,
              "restrictedPicklist":false,"picklistValues":[{"value":"A","active":true}]},
             {"name":"AccountId","type":"reference","createable":true,"updateable":true,"nillable":true,
              "relationshipName":"Account","referenceTo":["Account"]},
             {"name":"CreatedById","type":"reference","createable":false,"updateable":false,
              "relationshipName":"CreatedBy","referenceTo":["User"]}]}
            """,
            "/services/data/v66.0/sobjects/Account/describe",
            "{\"fields\":[{\"name\":\"MyExtId__c\",\"type\":\"string\",\"externalId\":true},"
                + "{\"name\":\"Name\",\"type\":\"string\"}]}");
    org.answering(
        request ->
            described.containsKey(request.path())
                ? WireReply.of(200, described.get(request.path()))
                : WireReply.of(404, error("NOT_FOUND", "none")));

    ObjectSchema schema = org.open("{}").describe("Contact");

    assertThat(schema.closed()).isTrue();
    assertThat(schema.keys()).isEqualTo(Set.of("Email"));
    assertThat(schema.field("LastName")).contains(field("LastName", "string", true, true, 80));
    assertThat(schema.field("Id")).contains(field("Id", "id", false, false, 18));
    assertThat(schema.field("Level__c").orElseThrow().picklist()).containsExactly("A");
    assertThat(schema.field("Title").orElseThrow().picklist()).isEmpty();
    assertThat(schema.field("Account.MyExtId__c")).isPresent();
    assertThat(schema.field("Account.Name")).isEmpty();
    assertThat(org.requests).hasSize(2);
  }

  private static ObjectSchema.Field field(
      String name, String type, boolean required, boolean writable, int length) {
    return new ObjectSchema.Field(name, type, required, writable, length, List.of());
  }

  @Test
  void probingAsksForTheLimitsAndUnknownObjectsAreRefusedUnsent() {
    org.answering("{\"DailyApiRequests\":{\"Max\":1,\"Remaining\":1}}");
    assertThat(org.open("{}").probe().asked()).isEqualTo("GET /services/data/v66.0/limits");
    assertThat(org.call(0)).isEqualTo("GET /services/data/v66.0/limits");
    DestinationException odd =
        catchThrowableOfType(DestinationException.class, () -> org.open("{}").describe("../x"));
    assertThat(odd.code()).isEqualTo("OBJECT_UNKNOWN");
    DestinationException field =
        catchThrowableOfType(
            DestinationException.class, () -> org.open("{\"external_id\":\"a/b\"}"));
    assertThat(field.code()).isEqualTo("EXTERNAL_ID_UNKNOWN");
    assertThat(org.requests).hasSize(1);
  }
}
