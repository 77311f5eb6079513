/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.Wire;
import io.backhaul.destination.inspect.Inspection;
import io.backhaul.destination.inspect.Reading;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.GoldenAnswers;
import io.backhaul.destination.testkit.SettableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said to a receiver, and what its answers mean. */
class CensusRequestTest {

  private static final String FIELDS =
      """
      {"fields":[
       {"field_api_name":"name","label":"Name","identifier":true,"required":true,"createable":true,
        "updateable":true,"type":"string","array":false},
       {"field_api_name":"zip","label":"ZIP Code","identifier":false,"required":false,
        "createable":true,"updateable":true,"type":"decimal","array":false},
       {"field_api_name":"tag_list","label":"Tags","identifier":false,"required":true,
        "createable":true,"updateable":true,"type":"string","array":true},
       {"field_api_name":"opened","type":"date_time"},{"field_api_name":"seats","type":"integer"}]}
      """;

  private String fields = FIELDS;
  private String operations = "{\"operations\":[\"upsert\",\"insert\",\"update\",\"mirror\"]}";
  private String speed = "{\"maximum_batch_size\":5}";
  private UnaryOperator<String> sync = CensusRequestTest::allTaken;
  private final List<JsonNode> calls = new ArrayList<>();
  private final ObjectNode properties = new CensusProvider().sample();
  private Destination destination;

  @AfterEach
  void close() {
    if (destination != null) {
      destination.close();
    }
  }

  private static String allTaken(String request) {
    JsonNode params = Canonical.tree(request).path("params");
    String identifier = null;
    for (Map.Entry<String, JsonNode> field : params.at("/sync_plan/schema").properties()) {
      if (field.getValue().path("active_identifier").asBoolean()) {
        identifier = field.getKey();
      }
    }
    List<Object> results = new ArrayList<>();
    for (JsonNode record : params.path("records")) {
      results.add(Map.of("identifier", record.get(identifier), "success", true));
    }
    return "{\"result\":" + Canonical.write(Map.of("record_results", results)) + "}";
  }

  private Wire.Reply answer(Wire.Request request) {
    String body = new String(request.body(), StandardCharsets.UTF_8);
    JsonNode call = Canonical.tree(body);
    calls.add(call);
    String answer =
        switch (call.path("method").asText()) {
          case "list_fields" -> "{\"result\":" + fields + "}";
          case "supported_operations" -> "{\"result\":" + operations + "}";
          case "get_sync_speed" -> "{\"result\":" + speed + "}";
          default -> sync.apply(body);
        };
    return new Wire.Reply(200, Map.of(), answer.getBytes(StandardCharsets.UTF_8));
  }

  private Delivery.Settled write(Batch batch) {
    if (destination == null) {
      DeliveryContext context = new DeliveryContext(SettableClock.atNoon(), "test");
      destination =
          new CensusProvider()
              .open(
                  new DestinationConfig("acme", "own", "census", properties),
                  context.over(this::answer));
    }
    return (Delivery.Settled) destination.write(batch);
  }

  private static Change change(String key, Op op, String fields, String id) {
    return new Change(key, op, fields, id, 1, "");
  }

  private static Batch restaurants(Change... changes) {
    return new Batch("5da3749ace39", "restaurant", changes[0].op(), List.of(changes));
  }

  private static Batch names(int count) {
    List<Change> changes = new ArrayList<>();
    for (int n = 1; n <= count; n++) {
      changes.add(change("{\"name\":\"r" + n + "\"}", Op.UPSERT, "{\"zip\":1}", null));
    }
    return restaurants(changes.toArray(Change[]::new));
  }

  private JsonNode last() {
    return calls.get(calls.size() - 1);
  }

  @Test
  void theRequestOfTheDocumentationIsMadeOfItsRecords() throws Exception {
    JsonNode documented = documented();
    List<Change> changes = new ArrayList<>();
    for (JsonNode record : documented.at("/params/records")) {
      ObjectNode rest = record.deepCopy();
      rest.remove("name");
      String key = Canonical.write(Map.of("name", record.get("name").asText()));
      changes.add(change(key, Op.UPSERT, rest.toString(), null));
    }

    write(restaurants(changes.toArray(Change[]::new)));

    assertThat(calls).hasSize(4);
    JsonNode sent = last();
    assertThat(sent.path("method")).isEqualTo(documented.path("method"));
    assertThat(sent.path("jsonrpc")).isEqualTo(documented.path("jsonrpc"));
    assertThat(sent.at("/params/records")).isEqualTo(documented.at("/params/records"));
    assertThat(sent.at("/params/sync_plan/schema"))
        .isEqualTo(documented.at("/params/sync_plan/schema"));
    assertThat(sent.at("/params/sync_plan/operation").asText()).isEqualTo("upsert");
    assertThat(sent.at("/params/sync_plan/object/object_api_name").asText())
        .isEqualTo("restaurant");
    assertThat(sent.at("/params/sync_plan/sync_run_id").isIntegralNumber()).isTrue();
  }

  private static JsonNode documented() throws Exception {
    return Canonical.tree(
        Files.readString(GoldenAnswers.folder("census").resolve("sync_batch_request.json")));
  }

  @Test
  void valuesAreWrittenAsTheirTypesWantThem() {
    write(
        restaurants(
            change(
                "{\"name\":\"a\"}",
                Op.UPSERT,
                "{\"zip\":1.50,\"tag_list\":\"Bar\",\"opened\":\"2026-03-01T02:00:00+02:00\","
                    + "\"seats\":\"9007199254740993\",\"extra\":[1],\"nothing\":null}",
                null)));

    assertThat(last().at("/params/records/0").toString())
        .isEqualTo(
            "{\"name\":\"a\",\"zip\":\"1.50\",\"tag_list\":[\"Bar\"],"
                + "\"opened\":\"2026-03-01T00:00:00Z\",\"seats\":9007199254740993,\"extra\":[1],"
                + "\"nothing\":null}");
    JsonNode extra = last().at("/params/sync_plan/schema/extra/field");
    assertThat(extra.path("type").asText()).isEqualTo("integer");
    assertThat(extra.path("array").asBoolean()).isTrue();
  }

  @Test
  void aBatchIsAsManyCallsAsTheReceiverWantsAndWhatWasAskedIsRemembered() {
    speed = "{\"maximum_batch_size\":2,\"maximum_records_per_second\":10}";

    Delivery.Settled settled = write(names(5));
    assertThat(settled.results()).hasSize(5).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(settled.rateHint().pause()).isEqualTo(Duration.ofMillis(500));
    assertThat(calls).hasSize(3 + 3);
    write(names(1));
    assertThat(calls).hasSize(7);
  }

  @Test
  void aLaterCallThatFailsLeavesTheResultsOfTheOthers() {
    speed = "{\"maximum_batch_size\":2}";
    int[] calls = {0};
    sync =
        request ->
            ++calls[0] == 2
                ? "{\"error\":{\"code\":-32602,\"message\":\"bad zip\"}}"
                : allTaken(request);

    List<RecordResult> results = write(names(5)).results();
    assertThat(results.get(1)).isInstanceOf(RecordResult.Applied.class);
    assertThat(results.get(2)).isEqualTo(new RecordResult.Retry("{\"name\":\"r3\"}", "RPC-32602"));
    assertThat(results.get(4)).isInstanceOf(RecordResult.Applied.class);
  }

  @Test
  void onlyWhatIsToldToHaveSucceededHasAndWhatIsNotToldIsUnknown() {
    sync =
        request ->
            """
            {"result":{"record_results":[
             {"identifier":"r3","success":false,"error_message":"Exceeded tag limit of 3"},
             {"identifier":"r2","success":false,"error_message":"API Error, please retry"},
             {"identifier":"r1","success":true}]}}
            """;

    assertThat(write(names(4)).results())
        .containsExactly(
            new RecordResult.Applied("{\"name\":\"r1\"}", "r1"),
            new RecordResult.Retry("{\"name\":\"r2\"}", "RECORD_FAILED"),
            new RecordResult.Rejected(
                "{\"name\":\"r3\"}", "RECORD_FAILED", null, "Exceeded tag limit of 3"),
            new RecordResult.Unknown("{\"name\":\"r4\"}", "the answer does not name it"));
  }

  @Test
  void mirroringIsUpsertingAndDeletingByTheIdentifierAlone() {
    operations = "{\"operations\":[\"mirror\"]}";
    write(restaurants(change("{\"id\":1}", Op.UPSERT, "{\"name\":\"a\"}", null)));
    assertThat(last().at("/params/sync_plan/operation").asText()).isEqualTo("upsert");

    write(restaurants(change("{\"id\":1}", Op.DELETE, null, "a")));
    assertThat(last().at("/params/sync_plan/operation").asText()).isEqualTo("delete");
    assertThat(last().at("/params/records").toString()).isEqualTo("[{\"name\":\"a\"}]");
    DestinationException refused =
        catchThrowableOfType(
            DestinationException.class,
            () -> write(restaurants(change("{\"id\":1}", Op.UPDATE, "{\"name\":\"a\"}", null))));
    assertThat(refused.code()).isEqualTo("OP_NOT_OFFERED");
  }

  @Test
  void theIdentifierIsTheFilesElseTheReceiversElseTheKey() {
    write(restaurants(change("{\"id\":7}", Op.UPSERT, "{\"zip\":1}", null)));
    assertThat(last().at("/params/sync_plan/schema/id/active_identifier").asBoolean()).isTrue();
    assertThat(last().at("/params/records/0/id").asInt()).isEqualTo(7);

    destination.close();
    destination = null;
    properties.putObject("identifier").put("restaurant", "code");
    List<RecordResult> results =
        write(
                restaurants(
                    change("{\"id\":1}", Op.UPSERT, "{\"code\":\"x\",\"name\":\"a\"}", null),
                    change("{\"id\":2}", Op.UPSERT, "{\"code\":\"x\",\"name\":\"b\"}", null),
                    change("{\"id\":3}", Op.UPSERT, "{\"name\":\"c\"}", null)))
            .results();
    assertThat(results.get(0)).isEqualTo(new RecordResult.Applied("{\"id\":1}", "x"));
    assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("DUPLICATE_ID");
    assertThat(((RecordResult.Rejected) results.get(2)).code()).isEqualTo("IDENTIFIER_EMPTY");
    assertThat(destination.capabilities().identityFields()).containsExactly("code");
  }

  @Test
  void errorsOfTheProtocolAreToldApartAndAQuestionLeavesNothingInDoubt() {
    sync = request -> "{\"error\":{\"code\":-32603,\"message\":\"Internal error\"}}";
    assertThat(failure().kind()).isEqualTo(Kind.IN_DOUBT);
    sync = request -> "{\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}";
    assertThat(failure().kind()).isEqualTo(Kind.REFUSED);
    sync = request -> "{\"error\":{\"code\":-32602,\"message\":\"no\"}}";
    assertThat(failure().kind()).isEqualTo(Kind.POISONED);

    destination.close();
    destination = null;
    fields = "1,\"error\":{\"code\":-32000,\"message\":\"come again\"}";
    assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void anInspectionShowsWhatIsAskedAndReadsTheAnswerToTheBatch() {
    Batch batch =
        restaurants(
            change("{\"name\":\"Seva\"}", Op.UPSERT, "{\"zip\":\"48103\"}", null),
            change("{\"name\":\"Gandy Dancer\"}", Op.UPSERT, "{\"zip\":\"48104\"}", null));
    DestinationConfig config = new DestinationConfig("acme", "own", "census", properties);
    Inspection inspection = new Inspection(new CensusProvider(), config, SettableClock.atNoon());

    assertThat(inspection.requests(batch))
        .extracting(
            request ->
                Canonical.tree(new String(request.body(), StandardCharsets.UTF_8))
                    .path("method")
                    .asText())
        .containsExactly("list_fields", "supported_operations", "get_sync_speed", "sync_batch");
    String answer =
        """
        {"jsonrpc":"2.0","id":"5da3749ace39c7d47791dcf3b10f9842","result":{"record_results":[
         {"identifier":"Seva","success":true},
         {"identifier":"Gandy Dancer","success":false,"error_message":"Exceeded tag limit of 3"}]}}
        """;
    Reading reading =
        inspection.read(
            batch, new Wire.Reply(200, Map.of(), answer.getBytes(StandardCharsets.UTF_8)));
    assertThat(((Delivery.Settled) ((Reading.Understood) reading).delivery()).results())
        .extracting(RecordResult::getClass)
        .asString()
        .contains("Applied", "Rejected");
  }

  private DestinationException failure() {
    return catchThrowableOfType(DestinationException.class, () -> write(names(1)));
  }
}
