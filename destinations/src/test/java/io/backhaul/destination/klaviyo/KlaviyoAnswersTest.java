/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

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

/** The requests Klaviyo describes, and its answers, each turned into the right outcomes. */
class KlaviyoAnswersTest {

  private static final String ANN = "{\"email\":\"Ann@example.com\"}";
  private static final String ANN_LOWER = "{\"email\":\"ann@example.com\"}";

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
    properties.put("api_key", "pk_sample");
    Destination destination =
        new KlaviyoProvider()
            .open(
                new DestinationConfig("acme", "mail", "klaviyo", more.apply(properties)),
                new DeliveryContext(clock, "test"));
    opened.add(destination);
    return destination;
  }

  private Destination open() {
    return open(properties -> properties);
  }

  private Destination single() {
    return open(properties -> properties.put("api", "single"));
  }

  private static Change change(Op op, String key, String fields, String id) {
    return new Change(key, op, fields, id, 1, "");
  }

  private static Change upsert(int n, String fields) {
    return change(Op.UPSERT, "{\"id\":" + n + "}", fields, null);
  }

  private static Batch batch(String object, Change... changes) {
    return new Batch("batch", object, changes[0].op(), List.of(changes));
  }

  private static WireReply job(String status, int total, int completed, int failed) {
    return WireReply.of(
        200,
        """
        {"data":{"type":"profile-bulk-import-job","id":"J1","attributes":{"status":"%s",
         "total_count":%d,"completed_count":%d,"failed_count":%d}}}
        """
            .formatted(status, total, completed, failed));
  }

  private static String error(String code, String pointer, String payload) {
    return """
    {"type":"import-error","id":"x","attributes":{"code":"%s","title":"T","detail":"D",
     "source":{"pointer":"%s"},"original_payload":%s}}
    """
        .formatted(code, pointer, payload);
  }

  private static List<RecordResult> results(Delivery delivery) {
    return ((Delivery.Settled) delivery).results();
  }

  /** What becomes of two profiles whose job ends so. */
  private List<RecordResult> ended(WireReply job, String... errors) {
    vendor =
        request ->
            request.path().endsWith("/import-errors")
                ? WireReply.of(200, "{\"data\":[" + String.join(",", errors) + "],\"links\":{}}")
                : job;
    Batch two = batch("profiles", upsert(1, ANN), upsert(2, "{\"email\":\"bob@example.com\"}"));
    return results(open().resume(new JobHandle("batch", "J1"), two));
  }

  private String line(int request) {
    return requests.get(request).method() + " " + requests.get(request).target();
  }

  private JsonNode sent(int request) {
    return Canonical.tree(requests.get(request).text());
  }

  @Test
  void profilesAreImportedByAJobWithEveryFieldInItsPlace() {
    vendor = request -> job("queued", 2, 0, 0);
    Delivery delivery =
        open()
            .write(
                batch(
                    "profiles",
                    upsert(
                        1,
                        "{\"email\":\"Ann@example.com\",\"first_name\":null,\"location.city\":\"Rome\","
                            + "\"plan\":\"pro\",\"properties.seats\":3}"),
                    upsert(2, "{\"last_name\":\"B\"}")));

    assertThat(((Delivery.Pending) delivery).job()).isEqualTo(new JobHandle("batch", "J1"));
    assertThat(line(0)).isEqualTo("POST /api/profile-bulk-import-jobs");
    assertThat(requests.get(0).header("Authorization")).contains("Klaviyo-API-Key pk_sample");
    assertThat(requests.get(0).header("revision")).contains("2026-07-15");
    assertThat(requests.get(0).header("Content-Type")).contains("application/vnd.api+json");
    assertThat(sent(0))
        .isEqualTo(
            Canonical.tree(
                """
                {"data":{"type":"profile-bulk-import-job","attributes":{"profiles":{"data":[
                 {"type":"profile","attributes":{"email":"Ann@example.com","first_name":null,
                  "location":{"city":"Rome"},"properties":{"plan":"pro","seats":3}}},
                 {"type":"profile","attributes":{"external_id":"2","last_name":"B"}}]}}}}
                """));
  }

  @Test
  void whoIsNotNamedAmongTheErrorsWasImportedIfTheNumbersAgree() {
    RecordResult first = new RecordResult.Applied("{\"id\":1}", null);
    RecordResult second = new RecordResult.Applied("{\"id\":2}", null);
    assertThat(ended(job("complete", 2, 2, 0))).containsExactly(first, second);
    assertThat(
            ended(
                job("complete", 2, 1, 1),
                error("invalid", "/data/attributes/location/city", ANN_LOWER)))
        .containsExactly(
            new RecordResult.Rejected("{\"id\":1}", "invalid", "location.city", "D"), second);
    assertThat(
            ended(
                job("complete", 2, 1, 1),
                error("throttled", "/data", "{\"type\":\"profile\",\"attributes\":" + ANN + "}")))
        .containsExactly(new RecordResult.Retry("{\"id\":1}", "throttled"), second);
    assertThat(ended(job("cancelled", 2, 0, 1), error("invalid", "/data", ANN)))
        .containsExactly(
            new RecordResult.Rejected("{\"id\":1}", "invalid", null, "D"),
            new RecordResult.Retry("{\"id\":2}", "cancelled"));
  }

  @Tag("fault-8")
  @Test
  void whereTheNumbersDisagreeNobodyKnows() {
    assertThat(ended(job("complete", 2, 1, 0))).allMatch(RecordResult.Unknown.class::isInstance);
    assertThat(ended(job("complete", 2, 1, 1), error("invalid", "/data", "{}")))
        .allMatch(RecordResult.Unknown.class::isInstance);
    List<RecordResult> lost = ended(job("complete", 3, 0, 2), error("invalid", "/data", ANN));
    assertThat(lost.get(0)).isInstanceOf(RecordResult.Rejected.class);
    assertThat(lost.get(1)).isInstanceOf(RecordResult.Unknown.class);
    assertThat(
            catchThrowableOfType(
                    DestinationException.class,
                    () ->
                        ended(
                            job("complete", 2, 1, 1),
                            error("invalid", "/data", "{\"email\":\"else@example.com\"}")))
                .kind())
        .isEqualTo(Kind.CONTRADICTORY);
  }

  @Test
  void errorsAreReadPageByPageAndTheLinkToTheNextOneLeadsNowhereElse() {
    vendor =
        request -> {
          if (!request.path().endsWith("/import-errors")) {
            return job("complete", 2, 0, 2);
          }
          boolean last = request.target().contains("cursor%5D=abc");
          String next = last ? "null" : "\"https://evil.example.com/?page%5Bcursor%5D=abc\"";
          String payload = last ? "{\"email\":\"bob@example.com\"}" : ANN;
          return WireReply.of(
              200,
              "{\"data\":["
                  + error("invalid", "/data/attributes/properties/plan", payload)
                  + "],\"links\":{\"next\":"
                  + next
                  + "}}");
        };
    Batch two = batch("profiles", upsert(1, ANN), upsert(2, "{\"email\":\"bob@example.com\"}"));
    List<RecordResult> results = results(open().resume(new JobHandle("batch", "J1"), two));

    assertThat(results).extracting("field").containsExactly("plan", "plan");
    assertThat(line(2))
        .isEqualTo(
            "GET /api/profile-bulk-import-jobs/J1/import-errors?page%5Bsize%5D=100"
                + "&page%5Bcursor%5D=abc");
  }

  @Test
  void aJobThatHasEndedAlreadySettlesAtOnceOrHasItsErrorsAskedFor() {
    vendor = request -> job("complete", 1, 1, 0);
    assertThat(results(open().write(batch("profiles", upsert(1, ANN)))))
        .containsExactly(new RecordResult.Applied("{\"id\":1}", null));
    vendor = request -> job("complete", 1, 0, 1);
    assertThat(open().write(batch("profiles", upsert(1, ANN))))
        .isEqualTo(new Delivery.Pending(new JobHandle("batch", "J1"), Duration.ZERO));
  }

  @Test
  void aJobThatVanishedIsABreach() {
    vendor = request -> WireReply.of(404, "{\"errors\":[{\"code\":\"not_found\"}]}");
    Batch one = batch("profiles", upsert(1, ANN));
    assertThat(
            catchThrowableOfType(
                    DestinationException.class,
                    () -> open().resume(new JobHandle("batch", "J1"), one))
                .kind())
        .isEqualTo(Kind.CONTRADICTORY);
  }

  @Test
  void oneByOneEachProfileTellsItsIdAndOneThatIsTwoIsRejected() {
    vendor =
        request ->
            request.text().contains("Ann")
                ? WireReply.of(
                    409,
                    "{\"errors\":[{\"status\":409,\"code\":\"duplicate_profile\",\"title\":\"Conflict.\",\"detail\":\"A"
                        + " profile already exists with one of these identifiers.\","
                        + "\"source\":{\"pointer\":\"/data/attributes\"},"
                        + "\"meta\":{\"duplicate_profile_id\":\"01GD\"}}]}")
                : WireReply.of(201, "{\"data\":{\"type\":\"profile\",\"id\":\"01GE\"}}");
    List<RecordResult> results =
        results(
            single()
                .write(
                    batch(
                        "profiles", upsert(1, ANN), upsert(2, "{\"email\":\"bob@example.com\"}"))));
    assertThat(line(0)).isEqualTo("POST /api/profile-import");
    assertThat(sent(1))
        .isEqualTo(
            Canonical.tree(
                "{\"data\":{\"type\":\"profile\",\"attributes\":{\"email\":\"bob@example.com\"}}}"));
    RecordResult.Rejected rejected = (RecordResult.Rejected) results.get(0);
    assertThat(rejected.code()).isEqualTo("duplicate_profile");
    assertThat(rejected.message()).contains("it is 01GD");
    assertThat(results.get(1)).isEqualTo(new RecordResult.Applied("{\"id\":2}", "01GE"));
  }

  @Test
  void fewGoOneByOneAndManyByAJobIfThatIsLeftToUs() {
    vendor =
        request ->
            request.path().equals("/api/profile-import")
                ? WireReply.of(200, "{\"data\":{\"type\":\"profile\",\"id\":\"01GE\"}}")
                : job("queued", 6, 0, 0);
    Destination auto = open(properties -> properties.put("api", "auto"));
    Change[] six = new Change[6];
    for (int n = 0; n < 6; n++) {
      six[n] = upsert(n, "{}");
    }
    assertThat(auto.write(batch("profiles", six))).isInstanceOf(Delivery.Pending.class);
    assertThat(auto.write(batch("profiles", six[0]))).isInstanceOf(Delivery.Settled.class);
  }

  @Test
  void aDeletionNamesOneIdentifierAndWhoIsGoneIsDeleted() {
    vendor =
        request ->
            request.text().contains("gone")
                ? WireReply.of(404, "{\"errors\":[{\"code\":\"not_found\",\"detail\":\"none\"}]}")
                : WireReply.of(202, "");
    List<RecordResult> results =
        results(
            open()
                .write(
                    batch(
                        "profiles",
                        change(Op.DELETE, ANN, null, null),
                        change(Op.DELETE, "{\"id\":2}", null, "01GD"),
                        change(Op.DELETE, "{\"email\":\"gone@example.com\"}", null, null),
                        change(Op.DELETE, "{\"id\":4}", null, null))));

    assertThat(line(0)).isEqualTo("POST /api/data-privacy-deletion-jobs");
    assertThat(sent(0))
        .isEqualTo(
            Canonical.tree(
                "{\"data\":{\"type\":\"data-privacy-deletion-job\",\"attributes\":{\"profile\":{"
                    + "\"data\":{\"type\":\"profile\",\"attributes\":{"
                    + "\"email\":\"Ann@example.com\"}}}}}}"));
    assertThat(sent(1).at("/data/attributes/profile/data"))
        .isEqualTo(Canonical.tree("{\"type\":\"profile\",\"id\":\"01GD\",\"attributes\":{}}"));
    assertThat(results.subList(0, 3)).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(((RecordResult.Rejected) results.get(3)).code()).isEqualTo("NO_DESTINATION_ID");

    vendor = request -> WireReply.of(404, "<html>no such page</html>");
    assertThat(
            catchThrowableOfType(
                    DestinationException.class,
                    () -> open().write(batch("profiles", change(Op.DELETE, ANN, null, null))))
                .kind())
        .isEqualTo(Kind.REFUSED);
  }

  @Test
  void anEventIsOfAMetricAndAProfileAndRecordedOnce() {
    vendor = request -> WireReply.of(202, "");
    List<RecordResult> results =
        results(
            open()
                .write(
                    batch(
                        "events/Placed Order",
                        change(
                            Op.INSERT,
                            "{\"order_id\":17}",
                            "{\"email\":\"a@example.com\",\"value\":9.99,\"time\":"
                                + "\"2026-01-01T00:00:00Z\",\"sku\":\"x\","
                                + "\"profile.first_name\":\"Ann\"}",
                            null),
                        change(Op.INSERT, "{\"order_id\":18}", "{\"sku\":\"x\"}", null))));

    assertThat(line(0)).isEqualTo("POST /api/events");
    assertThat(sent(0))
        .isEqualTo(
            Canonical.tree(
                """
                {"data":{"type":"event","attributes":{"properties":{"sku":"x"},"value":9.99,
                 "time":"2026-01-01T00:00:00Z","unique_id":"17",
                 "metric":{"data":{"type":"metric","attributes":{"name":"Placed Order"}}},
                 "profile":{"data":{"type":"profile","attributes":{"email":"a@example.com",
                  "first_name":"Ann"}}}}}}
                """));
    assertThat(results.get(0)).isInstanceOf(RecordResult.Applied.class);
    assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("IDENTIFIER_MISSING");
    assertThat(requests).hasSize(1);
    assertThat(
            ((RecordResult.Rejected)
                    results(
                            open()
                                .write(batch("events", change(Op.INSERT, "{\"id\":1}", ANN, null))))
                        .get(0))
                .code())
        .isEqualTo("METRIC_MISSING");
  }

  @Test
  void listsTakeAndLoseProfilesByKlaviyosId() {
    vendor = request -> WireReply.of(204, "");
    assertThat(
            results(
                open()
                    .write(
                        batch(
                            "lists/VRgFBd",
                            change(Op.UPSERT, "{\"id\":1}", "{\"profile_id\":\"01GD\"}", null),
                            change(Op.UPSERT, "{\"id\":2}", "{}", "01GE")))))
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", "01GD"),
            new RecordResult.Applied("{\"id\":2}", "01GE"));
    assertThat(line(0)).isEqualTo("POST /api/lists/VRgFBd/relationships/profiles");
    assertThat(sent(0))
        .isEqualTo(
            Canonical.tree(
                "{\"data\":[{\"type\":\"profile\",\"id\":\"01GD\"},"
                    + "{\"type\":\"profile\",\"id\":\"01GE\"}]}"));
    open().write(batch("lists/VRgFBd", change(Op.DELETE, "{\"id\":1}", null, "01GD")));
    assertThat(line(1)).isEqualTo("DELETE /api/lists/VRgFBd/relationships/profiles");
  }

  @Tag("fault-38")
  @Test
  void profilesThatKlaviyoCannotTellApartOrTakeAreRejectedUnsent() {
    vendor = request -> job("complete", 1, 1, 0);
    List<RecordResult> results =
        results(
            open()
                .write(
                    batch(
                        "profiles",
                        upsert(1, ANN),
                        upsert(2, ANN_LOWER),
                        change(Op.UPSERT, "{\"a\":1,\"b\":2}", "{}", null),
                        upsert(4, "{\"bio\":\"" + "x".repeat(100_001) + "\"}"))));
    assertThat(results.subList(1, 4))
        .extracting("code")
        .containsExactly("DUPLICATE_ID", "IDENTIFIER_MISSING", "TOO_LARGE");
    assertThat(sent(0).at("/data/attributes/profiles/data")).hasSize(1);
  }

  @Test
  void refusalsNameWhatIsOfferedAndWhatIsAtFault() {
    assertThat(refused("profiles", Op.INSERT).code()).isEqualTo("OP_NOT_OFFERED");
    assertThat(refused("events", Op.UPSERT).code()).isEqualTo("OP_NOT_OFFERED");
    assertThat(refused("lists/../x", Op.UPSERT).code()).isEqualTo("OBJECT_UNKNOWN");
    assertThat(refused("segments", Op.UPSERT).code()).isEqualTo("OBJECT_UNKNOWN");
    assertThat(requests).isEmpty();
    vendor =
        request ->
            WireReply.of(
                400,
                "{\"errors\":[{\"code\":\"invalid\",\"detail\":\"D\",\"source\":{\"pointer\":"
                    + "\"/data/attributes/profiles/data/0/attributes/email\"}}]}");
    assertThat(refused("profiles", Op.UPSERT).field()).isEqualTo("email");
    vendor = request -> WireReply.of(429, Map.of("RateLimit-Reset", "7"), "");
    assertThat(refused("profiles", Op.UPSERT).rateHint().pause()).isEqualTo(Duration.ofSeconds(7));
  }

  private DestinationException refused(String object, Op op) {
    Batch one = batch(object, change(op, "{\"id\":1}", ANN, null));
    return catchThrowableOfType(DestinationException.class, () -> open().write(one));
  }

  @Test
  void credentialsAreAKeyOrAnAuthSectionAndNotBoth() {
    DestinationException both =
        catchThrowableOfType(
            DestinationException.class,
            () ->
                open(
                    properties -> {
                      properties.putObject("auth").put("type", "bearer").put("token", "t");
                      return properties;
                    }));
    assertThat(both.code()).isEqualTo("AUTH_AMBIGUOUS");
    vendor = request -> job("complete", 1, 1, 0);
    open(properties -> {
          properties.remove("api_key");
          properties.putObject("auth").put("type", "bearer").put("token", "t");
          return properties;
        })
        .write(batch("profiles", upsert(1, ANN)));
    assertThat(requests.get(0).header("Authorization")).contains("Bearer t");
  }

  @Test
  void theProbeTellsTheAccountAndTheSchemaKlaviyosOwnAttributes() {
    vendor =
        request ->
            WireReply.of(
                200,
                "{\"data\":[{\"type\":\"account\",\"id\":\"A1\",\"attributes\":{"
                    + "\"contact_information\":{\"organization_name\":\"Example\"}}}]}");
    Probe probe = open().probe();
    assertThat(line(0)).isEqualTo("GET /api/accounts");
    assertThat(probe.account()).isEqualTo("Example");
    ObjectSchema schema = open().describe("profiles");
    assertThat(schema.closed()).isFalse();
    assertThat(schema.field("location.city")).isPresent();
  }
}
