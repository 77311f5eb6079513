/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

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
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
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

/** The requests Zendesk documents, and its answers, each turned into the right outcomes. */
class ZendeskAnswersTest {

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
        new ZendeskProvider()
            .open(
                new DestinationConfig("acme", "desk", "zendesk", more.apply(properties)),
                new DeliveryContext(clock, "test"));
    opened.add(destination);
    return destination;
  }

  private Destination open() {
    return open(properties -> properties);
  }

  private static Change change(Op op, String key, String fields, String id) {
    return new Change(key, op, fields, id, 1, "");
  }

  private static Batch batch(String object, Change... changes) {
    return new Batch("batch", object, changes[0].op(), List.of(changes));
  }

  private static WireReply job(String status, String results) {
    return WireReply.of(
        200,
        "{\"job_status\":{\"id\":\"8b7\",\"status\":\"%s\",\"results\":%s}}"
            .formatted(status, results));
  }

  private static List<RecordResult> results(Delivery delivery) {
    return ((Delivery.Settled) delivery).results();
  }

  private List<RecordResult> write(Batch batch) {
    return results(open().write(batch));
  }

  private DestinationException failure(int status, Map<String, String> headers, String body) {
    vendor = request -> WireReply.of(status, headers, body);
    Batch batch = batch("users", change(Op.UPSERT, "{\"id\":1}", "{\"name\":\"A\"}", null));
    return catchThrowableOfType(DestinationException.class, () -> open().write(batch));
  }

  private String line(int request) {
    return requests.get(request).method() + " " + requests.get(request).target();
  }

  private JsonNode sent(int request) {
    return Canonical.tree(requests.get(request).text());
  }

  @Test
  void usersAreUpsertedByExternalIdOrEmailOrElseByTheirSoleKey() {
    vendor = request -> job("queued", "null");
    open()
        .write(
            batch(
                "users",
                change(
                    Op.UPSERT,
                    "{\"customer_id\":1}",
                    "{\"name\":\"Ann\",\"user_fields.plan\":\"pro\",\"user_fields.seats\":3,"
                        + "\"tags\":\"vip, trial\",\"notes\":null}",
                    null),
                change(Op.UPSERT, "{\"customer_id\":2}", "{\"email\":\"Bob@example.com\"}", null),
                change(Op.UPSERT, "{\"external_id\":\"c-3\"}", "{\"tags\":null}", null)));

    assertThat(line(0)).isEqualTo("POST /api/v2/users/create_or_update_many");
    assertThat(sent(0))
        .isEqualTo(
            Canonical.tree(
                """
                {"users":[
                 {"name":"Ann","user_fields":{"plan":"pro","seats":3},"tags":["vip","trial"],
                  "notes":null,"external_id":"1"},
                 {"email":"Bob@example.com"},
                 {"tags":[],"external_id":"c-3"}]}
                """));
  }

  @Test
  void updatesAndDeletesGoByZendesksIdWhereItIsKnownAndElseByOurs() {
    vendor = request -> job("queued", "null");
    open()
        .write(
            batch(
                "organizations",
                change(Op.UPDATE, "{\"id\":1}", "{\"name\":\"A\"}", "10071"),
                change(Op.UPDATE, "{\"id\":2}", "{\"name\":\"B\"}", null)));
    assertThat(line(0)).isEqualTo("PUT /api/v2/organizations/update_many");
    assertThat(sent(0))
        .isEqualTo(
            Canonical.tree(
                "{\"organizations\":[{\"id\":10071,\"name\":\"A\"},"
                    + "{\"name\":\"B\",\"external_id\":\"2\"}]}"));

    Delivery.Pending deleted =
        (Delivery.Pending)
            open()
                .write(
                    batch(
                        "users",
                        change(Op.DELETE, "{\"id\":\"a b\"}", null, null),
                        change(Op.DELETE, "{\"id\":1}", null, "10071"),
                        change(Op.DELETE, "{\"id\":\"c&d\"}", null, null)));
    assertThat(line(1)).isEqualTo("DELETE /api/v2/users/destroy_many?ids=10071");
    assertThat(line(2)).isEqualTo("DELETE /api/v2/users/destroy_many?external_ids=a%20b,c%26d");
    assertThat(deleted.job()).isEqualTo(new JobHandle("batch", "8b7 8b7"));
  }

  @Test
  void deletesWhoseSecondCallFailedAreAskedForAgainOnceTheFirstIsDone() {
    Batch batch =
        batch(
            "users",
            change(Op.DELETE, "{\"id\":1}", null, "244"),
            change(Op.DELETE, "{\"id\":2}", null, null));
    vendor =
        request ->
            request.target().contains("external_ids")
                ? WireReply.of(429, Map.of("Retry-After", "9"), "")
                : request.method().equals("GET")
                    ? job("completed", "[{\"id\":244,\"success\":true,\"status\":\"Deleted\"}]")
                    : job("queued", "null");
    Destination destination = open();
    Delivery.Pending pending = (Delivery.Pending) destination.write(batch);

    assertThat(results(destination.resume(pending.job(), batch)))
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", "244"),
            new RecordResult.Retry("{\"id\":2}", "NOT_SENT"));
  }

  @Test
  void organizationsAreUpsertedOneByOneAndEachHasItsResult() {
    vendor =
        request -> {
          String ours = Canonical.tree(request.text()).at("/organization/external_id").asText();
          return switch (ours) {
            case "1" -> WireReply.of(201, "{\"organization\":{\"id\":501}}");
            case "2" ->
                WireReply.of(
                    422,
                    "{\"error\":\"RecordInvalid\",\"description\":\"Record validation errors\","
                        + "\"details\":{\"name\":[{\"description\":\"Name: has already been"
                        + " taken\",\"error\":\"DuplicateValue\"}]}}");
            case "3" -> WireReply.of(200, "{\"organization\":{\"id\":503}}");
            default -> WireReply.of(429, Map.of("Retry-After", "12"), "slow down");
          };
        };
    Change[] changes = new Change[5];
    for (int n = 1; n <= 5; n++) {
      changes[n - 1] = change(Op.UPSERT, "{\"id\":" + n + "}", "{\"name\":\"N\"}", null);
    }
    Delivery.Settled settled = (Delivery.Settled) open().write(batch("organizations", changes));

    assertThat(line(0)).isEqualTo("POST /api/v2/organizations/create_or_update");
    assertThat(settled.results())
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", "501"),
            new RecordResult.Rejected(
                "{\"id\":2}", "RecordInvalid", "name", "HTTP 422: Name: has already been taken"),
            new RecordResult.Applied("{\"id\":3}", "503"),
            new RecordResult.Retry("{\"id\":4}", "HTTP_429"),
            new RecordResult.Retry("{\"id\":5}", "HTTP_429"));
    assertThat(settled.rateHint().pause()).isEqualTo(Duration.ofSeconds(12));
    assertThat(requests).hasSize(4);
  }

  @Test
  void ticketsHaveNoUpsertAndTheirOwnFormOfCustomFields() {
    vendor = request -> job("queued", "null");
    DestinationException refused =
        catchThrowableOfType(
            DestinationException.class,
            () -> open().write(batch("tickets", change(Op.UPSERT, "{\"id\":1}", "{}", null))));
    assertThat(refused.code()).isEqualTo("OP_NOT_OFFERED");

    open()
        .write(
            batch(
                "tickets",
                change(
                    Op.INSERT,
                    "{\"case\":1}",
                    "{\"subject\":\"S\",\"comment.body\":\"B\",\"custom_fields.360001\":\"x\"}",
                    null)));
    assertThat(line(0)).isEqualTo("POST /api/v2/tickets/create_many");
    assertThat(requests.get(0).header("Idempotency-Key")).isEmpty();
    assertThat(sent(0))
        .isEqualTo(
            Canonical.tree(
                "{\"tickets\":[{\"subject\":\"S\",\"comment\":{\"body\":\"B\"},"
                    + "\"custom_fields\":[{\"id\":360001,\"value\":\"x\"}]}]}"));

    open()
        .write(
            batch("tickets", change(Op.UPDATE, "{\"id\":35436}", "{\"status\":\"solved\"}", null)));
    assertThat(sent(1))
        .isEqualTo(Canonical.tree("{\"tickets\":[{\"id\":35436,\"status\":\"solved\"}]}"));
  }

  @Test
  void ticketsUnderAKeyAreCreatedOneByOneAndNothingElseIsInsertedBesideThem() {
    vendor = request -> WireReply.of(201, "{\"ticket\":{\"id\":7}}");
    Destination keyed = open(properties -> properties.put("ticket_keys", true));
    assertThat(keyed.capabilities().safeToRepeat(Op.INSERT)).isTrue();
    List<RecordResult> results =
        results(
            keyed.write(
                batch(
                    "tickets",
                    change(Op.INSERT, "{\"case\":1}", "{\"subject\":\"S\"}", null),
                    change(Op.INSERT, "{\"case\":2}", "{\"subject\":\"T\"}", null))));

    assertThat(results).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(line(0)).isEqualTo("POST /api/v2/tickets");
    assertThat(requests.get(0).header("Idempotency-Key")).contains("batch-0");
    assertThat(requests.get(1).header("Idempotency-Key")).contains("batch-1");
    assertThat(sent(1)).isEqualTo(Canonical.tree("{\"ticket\":{\"subject\":\"T\"}}"));
    DestinationException refused =
        catchThrowableOfType(
            DestinationException.class,
            () -> keyed.write(batch("users", change(Op.INSERT, "{\"id\":1}", "{}", null))));
    assertThat(refused.code()).isEqualTo("OP_NOT_OFFERED");
  }

  @Test
  void customObjectsGoByJobsOfTheirKey() {
    vendor = request -> job("queued", "null");
    open()
        .write(
            batch(
                "custom_objects/car",
                change(
                    Op.UPSERT,
                    "{\"vin\":\"V1\"}",
                    "{\"name\":\"Car\",\"color\":\"red\",\"custom_object_fields.doors\":4}",
                    null)));
    assertThat(line(0)).isEqualTo("POST /api/v2/custom_objects/car/jobs");
    assertThat(sent(0))
        .isEqualTo(
            Canonical.tree(
                "{\"job\":{\"action\":\"create_or_update_by_external_id\",\"items\":[{\"name\":\"Car\","
                    + "\"custom_object_fields\":{\"color\":\"red\",\"doors\":4},"
                    + "\"external_id\":\"V1\"}]}}"));
    open().write(batch("custom_objects/car", change(Op.DELETE, "{\"vin\":\"V1\"}", null, null)));
    assertThat(sent(1))
        .isEqualTo(
            Canonical.tree("{\"job\":{\"action\":\"delete_by_external_id\",\"items\":[\"V1\"]}}"));
    assertThat(
            ((RecordResult.Rejected)
                    write(
                            batch(
                                "custom_objects/car",
                                change(Op.UPDATE, "{\"vin\":\"V1\"}", "{\"name\":\"X\"}", null)))
                        .get(0))
                .code())
        .isEqualTo("NO_DESTINATION_ID");
  }

  @Tag("fault-38")
  @Test
  void recordsThatZendeskCannotTellApartAreRejectedUnsent() {
    vendor = request -> job("completed", "[{\"id\":9,\"email\":\"a@example.com\"}]");
    List<RecordResult> results =
        write(
            batch(
                "users",
                change(Op.UPSERT, "{\"id\":1}", "{\"email\":\"a@example.com\"}", null),
                change(Op.UPSERT, "{\"id\":2}", "{\"email\":\"A@example.com\"}", null),
                change(Op.UPSERT, "{\"a\":1,\"b\":2}", "{\"name\":\"N\"}", null)));
    assertThat(results.get(0)).isEqualTo(new RecordResult.Applied("{\"id\":1}", "9"));
    assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("DUPLICATE_ID");
    assertThat(((RecordResult.Rejected) results.get(2)).code()).isEqualTo("EXTERNAL_ID_MISSING");
    assertThat(sent(0).path("users")).hasSize(1);
  }

  /** Community, 2021: of a create-or-update that failed the index stands under id. */
  @Test
  void aCompletedJobGivesEachRecordItsOwnResult() {
    vendor =
        request ->
            job(
                "completed",
                """
                [{"id":1,"error":"UserUpdateError","status":"Failed",
                  "details":"Email: bad is not properly formatted"},
                 {"id":390,"status":"Created","email":"a@example.com"},
                 {"id":391,"status":"Updated","email":"old@example.com","external_id":"c"},
                 {"id":3,"error":"TooManyJobs","status":"Failed"},
                 {"id":4,"error":"UserUpdateError","status":"Failed","details":"Plan: is invalid"}]
                """);
    List<RecordResult> results =
        write(
            batch(
                "users",
                change(Op.UPSERT, "{\"id\":1}", "{\"email\":\"a@example.com\"}", null),
                change(Op.UPSERT, "{\"id\":2}", "{\"email\":\"bad\"}", null),
                change(Op.UPSERT, "{\"external_id\":\"c\"}", "{}", null),
                change(Op.UPSERT, "{\"id\":4}", "{\"email\":\"d@example.com\"}", null),
                change(
                    Op.UPSERT,
                    "{\"id\":5}",
                    "{\"email\":\"e@example.com\",\"user_fields.plan\":\"x\"}",
                    null),
                change(Op.UPSERT, "{\"id\":6}", "{\"email\":\"f@example.com\"}", null)));

    assertThat(results.subList(0, 5))
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", "390"),
            new RecordResult.Rejected(
                "{\"id\":2}", "UserUpdateError", "email", "Email: bad is not properly formatted"),
            new RecordResult.Applied("{\"external_id\":\"c\"}", "391"),
            new RecordResult.Retry("{\"id\":4}", "TooManyJobs"),
            new RecordResult.Rejected(
                "{\"id\":5}", "UserUpdateError", "user_fields.plan", "Plan: is invalid"));
    assertThat(results.get(5)).isInstanceOf(RecordResult.Unknown.class);
  }

  @Test
  void whatIsGoneAlreadyIsDeleted() {
    vendor =
        request ->
            job(
                "completed",
                "[{\"id\":244,\"action\":\"delete\",\"success\":false,\"status\":\"Failed\","
                    + "\"error\":\"RecordNotFound\",\"details\":\"Not found\"}]");
    Batch one = batch("users", change(Op.DELETE, "{\"id\":1}", null, "244"));
    assertThat(write(one)).containsExactly(new RecordResult.Applied("{\"id\":1}", "244"));

    String gone = "{\"error\":\"RecordNotFound\",\"description\":\"Not found\"}";
    vendor = request -> WireReply.of(404, gone);
    assertThat(write(one)).containsExactly(new RecordResult.Applied("{\"id\":1}", "244"));
    Batch two =
        batch(
            "users",
            change(Op.DELETE, "{\"id\":1}", null, "244"),
            change(Op.DELETE, "{\"id\":2}", null, "245"));
    assertThat(catchThrowableOfType(DestinationException.class, () -> open().write(two)).kind())
        .isEqualTo(Kind.POISONED);
  }

  @Test
  void aJobThatFailedIsAskedForAgainWhereThatDoesNoHarm() {
    vendor = request -> job("failed", "null");
    assertThat(write(batch("users", change(Op.UPSERT, "{\"id\":1}", "{\"name\":\"A\"}", null))))
        .containsExactly(new RecordResult.Retry("{\"id\":1}", "JobFailed"));
    assertThat(
            write(batch("tickets", change(Op.INSERT, "{\"id\":1}", "{\"subject\":\"A\"}", null))))
        .allMatch(RecordResult.Unknown.class::isInstance);
  }

  @Test
  void aJobThatIsAtWorkIsAskedAfterAndOneThatVanishedIsABreach() {
    Batch batch = batch("users", change(Op.UPSERT, "{\"id\":1}", "{\"name\":\"A\"}", null));
    JobHandle handle = new JobHandle("batch", "8b7");
    vendor = request -> job("working", "null");
    assertThat(open().resume(handle, batch))
        .isEqualTo(new Delivery.Pending(handle, Duration.ofSeconds(1)));
    assertThat(line(0)).isEqualTo("GET /api/v2/job_statuses/8b7");

    vendor =
        request ->
            new WireReply(
                200,
                Map.of("ratelimit-remaining", "0", "ratelimit-reset", "41"),
                job("working", "null").body(),
                job("working", "null").manner(),
                Duration.ZERO);
    assertThat(((Delivery.Pending) open().resume(handle, batch)).pollAfter())
        .isEqualTo(Duration.ofSeconds(41));

    vendor = request -> WireReply.of(404, "{\"error\":\"RecordNotFound\"}");
    assertThat(
            catchThrowableOfType(DestinationException.class, () -> open().resume(handle, batch))
                .kind())
        .isEqualTo(Kind.CONTRADICTORY);
    vendor = request -> WireReply.of(503, Map.of("Retry-After", "3"), "");
    assertThat(
            catchThrowableOfType(DestinationException.class, () -> open().resume(handle, batch))
                .kind())
        .isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void errorsOfEveryShapeSayWhatTheyMean() {
    DestinationException jobs =
        failure(422, Map.of(), "{\"error\":\"TooManyJobs\",\"description\":\"30 jobs\"}");
    assertThat(jobs.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(jobs.code()).isEqualTo("TooManyJobs");

    DestinationException collision = failure(409, Map.of(), "{\"error\":\"DatabaseConflict\"}");
    assertThat(collision.kind()).isEqualTo(Kind.UNAVAILABLE);
    DestinationException conflict =
        failure(409, Map.of(), "{\"error\":\"Conflict\",\"description\":\"merged\"}");
    assertThat(conflict.kind()).isEqualTo(Kind.POISONED);
    assertThat(conflict.code()).isEqualTo("Conflict");

    DestinationException forbidden =
        failure(
            403,
            Map.of(),
            "{\"error\":{\"title\":\"Forbidden\",\"message\":\"Data imports are not enabled\"}}");
    assertThat(forbidden.kind()).isEqualTo(Kind.REFUSED);
    assertThat(forbidden.code()).isEqualTo("Forbidden");
    assertThat(forbidden).hasMessageContaining("Data imports are not enabled");

    DestinationException endpoint =
        failure(
            429, Map.of("zendesk-ratelimit-users", "total=100; remaining=0; resets=41"), "wait");
    assertThat(endpoint.rateHint().pause()).isEqualTo(Duration.ofSeconds(41));

    DestinationException listed =
        failure(
            422,
            Map.of(),
            "{\"errors\":[{\"code\":\"InvalidValue\",\"title\":\"Bad\",\"detail\":\"not that\","
                + "\"source\":{\"pointer\":\"/job/items/0/name\"}}]}");
    assertThat(listed.code()).isEqualTo("InvalidValue");
    assertThat(listed.field()).isEqualTo("name");
  }

  @Test
  void describeTellsTheAccountsOwnFieldsPageByPageBesideTheStandardOnes() {
    vendor =
        request ->
            request.target().contains("page%5Bafter%5D=x%3D")
                ? WireReply.of(
                    200,
                    "{\"user_fields\":[{\"key\":\"old\",\"type\":\"text\",\"active\":false}],"
                        + "\"meta\":{\"has_more\":false}}")
                : WireReply.of(
                    200,
                    "{\"user_fields\":[{\"key\":\"plan\",\"type\":\"dropdown\",\"active\":true,"
                        + "\"custom_field_options\":[{\"name\":\"Pro\",\"value\":\"pro\"}]}],"
                        + "\"meta\":{\"has_more\":true,\"after_cursor\":\"x=\"}}");
    ObjectSchema schema = open().describe("users");

    assertThat(requests).hasSize(2);
    assertThat(line(0)).isEqualTo("GET /api/v2/user_fields?page%5Bsize%5D=100");
    assertThat(schema.closed()).isTrue();
    assertThat(schema.field("user_fields.plan").orElseThrow().picklist()).containsExactly("pro");
    assertThat(schema.field("user_fields.old")).isEmpty();
    assertThat(schema.field("role").orElseThrow().picklist()).contains("end-user");
    assertThat(schema.field("email")).isPresent();
    assertThat(schema.keys()).containsExactlyInAnyOrder("email", "external_id");
  }

  @Test
  void theProbeTellsWhoWeAreAndThatNobodyIsNotGoodEnough() {
    vendor = request -> WireReply.of(200, "{\"user\":{\"id\":1,\"email\":\"agent@example.com\"}}");
    Probe probe = open().probe();
    assertThat(probe.asked()).isEqualTo("GET /api/v2/users/me");
    assertThat(probe.account()).isEqualTo("agent@example.com");

    vendor = request -> WireReply.of(200, "{\"user\":{\"id\":null,\"name\":\"Anonymous user\"}}");
    DestinationException nobody =
        catchThrowableOfType(DestinationException.class, () -> open().probe());
    assertThat(nobody.kind()).isEqualTo(Kind.REFUSED);
  }

  @Test
  void anUnknownObjectIsRefusedByName() {
    for (String name : List.of("ticket_fields", "../users", "custom_objects/a/b", "")) {
      DestinationException unknown =
          catchThrowableOfType(
              DestinationException.class,
              () -> open().write(batch(name, change(Op.UPSERT, "{\"id\":1}", "{}", null))));
      assertThat(unknown.code()).isEqualTo("OBJECT_UNKNOWN");
    }
    assertThat(requests).isEmpty();
  }
}
