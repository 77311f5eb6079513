/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import static io.backhaul.destination.marketo.MarketoBench.batch;
import static io.backhaul.destination.marketo.MarketoBench.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.Wire;
import io.backhaul.destination.inspect.Inspection;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import io.backhaul.destination.testkit.VendorContract;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent, to the letter; the bench holds each request to Marketo's own description. */
class MarketoRequestsTest {

  private static void assertSends(String keys, Batch batch, String call, String body) {
    try (MarketoBench bench = new MarketoBench(keys)) {
      assertThat(catchThrowable(() -> bench.destination().write(batch)))
          .isInstanceOf(DestinationException.class);
      assertThat(bench.call(0)).isEqualTo(call);
      if (body == null) {
        assertThat(bench.requests.get(0).body()).isNull();
      } else {
        assertThat(bench.body(0)).isEqualTo(Canonical.tree(body));
      }
      assertThat(bench.requests.get(0).headers())
          .containsEntry("Authorization", "Bearer not-fetched");
    }
  }

  private static List<RecordResult> results(Delivery delivery) {
    return ((Delivery.Settled) delivery).results();
  }

  @Test
  void theDescriptionIsAtHand() {
    assertThat(VendorContract.of("marketo")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"UPSERT, createOrUpdate", "INSERT, createOnly", "UPDATE, updateOnly"})
  void peopleAreFoundByEmailWhereTheyHaveOne(Op op, String action) {
    assertSends(
        "{}",
        batch(
            "leads",
            change(
                op,
                "{\"customer_id\":17}",
                "{\"email\":\"a@example.com\",\"firstName\":null,\"interests\":[\"a\",\"b\"]}",
                null)),
        "POST /rest/v1/leads.json",
        "{\"action\":\""
            + action
            + "\",\"lookupField\":\"email\",\"input\":[{\"email\":\"a@example.com\","
            + "\"firstName\":null,\"interests\":\"a;b\"}]}");
  }

  @Test
  void peopleAreFoundByTheSourcesKeyWhereTheyHaveNoEmail() {
    assertSends(
        "{\"partition\":\"Europe\"}",
        batch("leads", change(Op.UPSERT, "{\"customerId\":\"AAA\"}", "{\"title\":\"Dr\"}", "7")),
        "POST /rest/v1/leads.json",
        "{\"action\":\"createOrUpdate\",\"lookupField\":\"customerId\",\"partitionName\":\"Europe\","
            + "\"input\":[{\"title\":\"Dr\",\"customerId\":\"AAA\"}]}");
  }

  @Test
  void theFieldOfTheFileComesFirst() {
    assertSends(
        "{\"lookup_field\":\"crmId\"}",
        batch(
            "leads",
            change(
                Op.UPSERT,
                "{\"id\":1}",
                "{\"email\":\"a@example.com\",\"crmId\":9007199254740993}",
                null)),
        "POST /rest/v1/leads.json",
        "{\"action\":\"createOrUpdate\",\"lookupField\":\"crmId\","
            + "\"input\":[{\"email\":\"a@example.com\",\"crmId\":9007199254740993}]}");
  }

  @Test
  void anUpdateGoesByMarketosIdWhereItIsKnown() {
    assertSends(
        "{\"partition\":\"Europe\"}",
        batch("leads", change(Op.UPDATE, "{\"n\":1}", "{\"email\":\"new@example.com\"}", "318594")),
        "POST /rest/v1/leads.json",
        "{\"action\":\"updateOnly\",\"lookupField\":\"id\","
            + "\"input\":[{\"email\":\"new@example.com\",\"id\":318594}]}");
  }

  @Test
  void peopleAreDeletedByMarketosId() {
    assertSends(
        "{}",
        batch(
            "leads",
            change(Op.DELETE, "{\"n\":1}", null, "235"),
            change(Op.DELETE, "{\"id\":766}", null, null)),
        "POST /rest/v1/leads/delete.json",
        "{\"input\":[{\"id\":235},{\"id\":766}]}");
  }

  @Test
  void peopleAreAddedToAListAndTakenOffIt() {
    assertSends(
        "{}",
        batch(
            "lists/1001",
            change(Op.UPSERT, "{\"n\":1}", "{\"id\":318594}", null),
            change(Op.UPSERT, "{\"lead\":318595}", "{}", null)),
        "POST /rest/v1/lists/1001/leads.json?id=318594&id=318595",
        null);
    assertSends(
        "{}",
        batch(
            "lists/1001",
            change(Op.DELETE, "{\"n\":1}", null, "318603"),
            change(Op.DELETE, "{\"leadId\":5}", null, null)),
        "DELETE /rest/v1/lists/1001/leads.json?id=318603&id=5",
        "{\"input\":[{\"id\":318603},{\"id\":5}]}");
  }

  @Test
  void customObjectsAreFoundByTheirDedupeFieldsOrTheirGuid() {
    assertSends(
        "{}",
        batch(
            "customobjects/house_c",
            change(Op.UPSERT, "{\"mlsNum\":\"1962352\",\"owner\":4}", "{\"rooms\":3}", "guid")),
        "POST /rest/v1/customobjects/house_c.json",
        "{\"action\":\"createOrUpdate\",\"dedupeBy\":\"dedupeFields\","
            + "\"input\":[{\"rooms\":3,\"mlsNum\":\"1962352\",\"owner\":4}]}");
    assertSends(
        "{\"dedupe_fields\":{\"car_c\":[\"vin\"]}}",
        batch("customobjects/car_c", change(Op.DELETE, "{\"vin\":\"19U\",\"x\":1}", null, null)),
        "POST /rest/v1/customobjects/car_c/delete.json",
        "{\"deleteBy\":\"dedupeFields\",\"input\":[{\"vin\":\"19U\"}]}");
    assertSends(
        "{}",
        batch(
            "customobjects/car_c",
            change(Op.UPDATE, "{\"vin\":\"19U\"}", "{\"year\":2003}", "g-1")),
        "POST /rest/v1/customobjects/car_c.json",
        "{\"action\":\"updateOnly\",\"dedupeBy\":\"idField\","
            + "\"input\":[{\"year\":2003,\"marketoGUID\":\"g-1\"}]}");
  }

  @Test
  void whatCannotBeSentIsRejectedAndTheRestIsSent() {
    try (MarketoBench bench = new MarketoBench("{}")) {
      bench.answers("{\"success\":true,\"result\":[{\"id\":50,\"status\":\"created\"}]}");
      List<RecordResult> results =
          results(
              bench
                  .destination()
                  .write(
                      batch(
                          "leads",
                          change(Op.UPSERT, "{\"n\":1}", "{\"email\":\"ü@example.com\"}", null),
                          change(Op.UPSERT, "{\"n\":2}", "{\"email\":null}", null),
                          change(Op.UPSERT, "{\"n\":3}", "{\"email\":\"a@example.com\"}", null),
                          change(Op.UPSERT, "{\"n\":4}", "{\"email\":\"A@example.com \"}", null),
                          change(Op.UPSERT, "{\"n\":5,\"m\":5}", "{\"x\":1}", null),
                          change(Op.UPSERT, "{\"id\":6}", "{\"x\":1}", null))));
      assertThat(results.get(2)).isEqualTo(new RecordResult.Applied("{\"n\":3}", "50"));
      assertThat(results)
          .filteredOn(RecordResult.Rejected.class::isInstance)
          .map(result -> ((RecordResult.Rejected) result).code())
          .containsExactly(
              "EMAIL_NOT_ASCII",
              "LOOKUP_FIELD_EMPTY",
              "DUPLICATE_ID",
              "LOOKUP_FIELD_MISSING",
              "LOOKUP_FIELD_UNUSABLE");
      assertThat(bench.body(0).get("input")).hasSize(1);
    }
  }

  @Test
  void nothingIsSentOfABatchThatHoldsNothingToSend() {
    try (MarketoBench bench = new MarketoBench("{\"api\":\"bulk\"}")) {
      for (String object : List.of("leads", "lists/7")) {
        assertThat(
                results(
                    bench
                        .destination()
                        .write(batch(object, change(Op.DELETE, "{\"n\":\"x\"}", null, null)))))
            .singleElement()
            .isInstanceOf(RecordResult.Rejected.class);
      }
      assertThat(bench.requests).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "contacts, UPSERT, OBJECT_UNKNOWN",
    "lists/x, UPSERT, OBJECT_UNKNOWN",
    "customobjects/a-b, UPSERT, OBJECT_UNKNOWN",
    "lists/7, INSERT, OP_NOT_OFFERED",
    "lists/7, UPDATE, OP_NOT_OFFERED"
  })
  void whatMarketoLacksIsRefusedByName(String object, Op op, String code) {
    try (MarketoBench bench = new MarketoBench("{}")) {
      DestinationException failure =
          catchThrowableOfType(
              DestinationException.class,
              () -> bench.destination().write(batch(object, change(op, "{\"id\":1}", "{}", null))));
      assertThat(failure.code()).isEqualTo(code);
      assertThat(failure.kind()).isEqualTo(DestinationException.Kind.REFUSED);
      assertThat(bench.requests).isEmpty();
    }
  }

  private static Change[] people(int count, String field) {
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                change(
                    Op.UPSERT,
                    "{\"n\":" + n + "}",
                    "{\"email\":\"p" + n + "@example.com\",\"x\":" + field + "}",
                    null))
        .toArray(Change[]::new);
  }

  @Test
  void whatDoesNotFitIntoOneCallGoesAsSeveralOrAsAnImport() {
    String large = "\"" + "x".repeat(9_000) + "\"";
    for (String api : List.of("auto", "rest", "bulk")) {
      String keys = "{\"api\":\"" + api + "\",\"batch\":{\"max_records\":1000}}";
      try (MarketoBench bench = new MarketoBench(keys)) {
        assertThat(bench.destination().capabilities().maxRecords())
            .isEqualTo(api.equals("rest") ? 300 : 1000);
        assertThat(
                catchThrowable(() -> bench.destination().write(batch("leads", people(300, "1")))))
            .isNotNull();
        assertThat(bench.call(0))
            .startsWith(api.equals("bulk") ? "POST /bulk/v1/" : "POST /rest/v1/");
        assertThat(
                catchThrowable(() -> bench.destination().write(batch("leads", people(150, large)))))
            .isNotNull();
        assertThat(bench.call(1))
            .startsWith(api.equals("rest") ? "POST /rest/v1/" : "POST /bulk/v1/");
        assertThat(bench.requests.get(1).body().length)
            .isLessThan(api.equals("rest") ? 1_000_000 : 10_000_000);
      }
    }
  }

  @Test
  void aLaterCallThatFailsLeavesTheResultsOfEarlierOnes() {
    String large = "\"" + "x".repeat(400_000) + "\"";
    String first =
        "{\"success\":true,\"result\":[{\"id\":1,\"status\":\"created\"},{\"id\":2,\"status\":\"created\"}]}";
    try (MarketoBench bench = new MarketoBench("{\"api\":\"rest\"}")) {
      bench.answers(
          first,
          "{\"success\":false,\"errors\":[{\"code\":\"606\",\"message\":\"Max rate limit\"}]}");
      Delivery.Settled settled =
          (Delivery.Settled) bench.destination().write(batch("leads", people(5, large)));
      assertThat(settled.results().subList(0, 2)).allMatch(RecordResult.Applied.class::isInstance);
      assertThat(settled.results().subList(2, 5))
          .allMatch(result -> ((RecordResult.Retry) result).code().equals("606"));
      assertThat(settled.rateHint().pause()).hasSeconds(20);
    }
    try (MarketoBench bench = new MarketoBench("{\"api\":\"rest\"}")) {
      bench.answers(first);
      List<RecordResult> results =
          results(bench.destination().write(batch("leads", people(5, large))));
      assertThat(results.subList(2, 4)).allMatch(RecordResult.Unknown.class::isInstance);
      assertThat(results.get(4)).isInstanceOf(RecordResult.Retry.class);
    }
  }

  @Test
  void anInspectionShowsAnImportToItsEnd() {
    ObjectNode properties = new MarketoProvider().sample().put("api", "bulk");
    DestinationConfig config = new DestinationConfig("acme", "mkto", "marketo", properties);
    List<Wire.Request> seen =
        new Inspection(new MarketoProvider(), config, SettableClock.atNoon())
            .requests(batch("leads", people(2, "1")));
    assertThat(seen)
        .map(request -> request.method() + " " + request.uri().getPath())
        .containsExactly(
            "POST /bulk/v1/leads.json",
            "GET /bulk/v1/leads/batch/1001.json",
            "GET /bulk/v1/leads/batch/1001.json",
            "GET /bulk/v1/leads/batch/1001.json");
    seen.forEach(VendorContract.of("marketo")::check);
  }

  @Test
  void aCallIsOfThreeHundredRecordsAndOneMegabyteUnlessItMayBeAnImport() {
    try (MarketoBench bench = new MarketoBench("{}")) {
      assertThat(bench.destination().capabilities().maxRecords()).isEqualTo(300);
      assertThat(bench.destination().capabilities().maxBytes()).isEqualTo(1_000_000);
      assertThat(bench.destination().capabilities().identityFields()).containsExactly("email");
    }
    try (MarketoBench bench = new MarketoBench("{\"batch\":{\"max_records\":5000}}")) {
      assertThat(bench.destination().capabilities().maxBytes()).isEqualTo(9_000_000);
    }
  }

  @Test
  void anInspectionTakesRecordsForExisting() {
    DestinationConfig config =
        new DestinationConfig("acme", "mkto", "marketo", new MarketoProvider().sample());
    Inspection inspection = new Inspection(new MarketoProvider(), config, SettableClock.atNoon());
    for (Batch batch :
        List.of(
            batch("leads", change(Op.UPDATE, "{\"n\":1}", "{\"title\":\"Dr\"}", "318594")),
            batch("leads", change(Op.DELETE, "{\"n\":1}", null, "318594")),
            batch("lists/7", change(Op.UPSERT, "{\"id\":318594}", "{}", null)),
            batch("customobjects/b_c", change(Op.UPSERT, "{\"isbn\":1}", "{}", null)),
            batch("customobjects/b_c", change(Op.UPDATE, "{\"n\":1}", "{}", "some-guid")))) {
      assertThat(inspection.requests(batch)).as("%s", batch).hasSize(1);
    }
  }
}
