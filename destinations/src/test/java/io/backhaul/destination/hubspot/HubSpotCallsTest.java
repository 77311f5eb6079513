/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

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
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.Wire;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Associations, memberships in lists, what identifies a record, and limits told by headers. */
class HubSpotCallsTest {

  private static final String PAIR = "associations/contacts/companies";

  private final List<Wire.Request> requests = new ArrayList<>();
  private final Map<String, List<String>> headers = new HashMap<>();
  private final ObjectNode properties = new HubSpotProvider().sample();
  private int status = 200;
  private String body = "{\"status\":\"COMPLETE\",\"results\":[]}";
  private Destination destination;

  @AfterEach
  void close() {
    if (destination != null) {
      destination.close();
    }
  }

  private Destination destination() {
    if (destination == null) {
      Wire wire =
          request -> {
            requests.add(request);
            return new Wire.Reply(status, headers, body.getBytes(StandardCharsets.UTF_8));
          };
      destination =
          new HubSpotProvider()
              .open(
                  new DestinationConfig("acme", "hub", "hubspot", properties),
                  new DeliveryContext(SettableClock.atNoon(), "test").over(wire));
    }
    return destination;
  }

  private static Change change(String key, Op op, String fields, String id) {
    return new Change(key, op, fields, id, 1, "");
  }

  private static Change pair(int n, Op op, String fields) {
    return change("{\"link\":" + n + "}", op, fields, null);
  }

  private Delivery.Settled write(String object, Change... changes) {
    Batch batch = new Batch("b", object, changes[0].op(), List.of(changes));
    return (Delivery.Settled) destination().write(batch);
  }

  private DestinationException failure(String object, Change... changes) {
    return catchThrowableOfType(DestinationException.class, () -> write(object, changes));
  }

  private String sent() {
    Wire.Request last = requests.get(requests.size() - 1);
    return last.method()
        + " "
        + last.uri().getPath()
        + " "
        + new String(last.body(), StandardCharsets.UTF_8);
  }

  private String input() {
    Wire.Request last = requests.get(requests.size() - 1);
    return Canonical.tree(new String(last.body(), StandardCharsets.UTF_8))
        .at("/inputs/0")
        .toString();
  }

  @Test
  void anAssociationIsCreatedOfItsTypeAndIsKnownByItsEnds() {
    status = 201;
    body =
        "{\"status\":\"COMPLETE\",\"results\":[{\"fromObjectTypeId\":\"0-1\",\"fromObjectId\":1,"
            + "\"toObjectTypeId\":\"0-2\",\"toObjectId\":2,\"labels\":[]}]}";
    String fields = "{\"from_id\":1,\"to_id\":\"2\",\"association_type_id\":279}";

    assertThat(write(PAIR, pair(1, Op.UPSERT, fields)).results())
        .containsExactly(new RecordResult.Applied("{\"link\":1}", "1:2"));
    assertThat(sent())
        .isEqualTo(
            "POST /crm/v4/associations/contacts/companies/batch/create"
                + " {\"inputs\":[{\"from\":{\"id\":\"1\"},\"to\":{\"id\":\"2\"},\"types\":[{"
                + "\"associationCategory\":\"HUBSPOT_DEFINED\",\"associationTypeId\":279}]}]}");
  }

  @Test
  void withoutATypeItIsHubSpotsDefaultWhichIsToldInBothDirections() {
    body =
        "{\"status\":\"COMPLETE\",\"results\":["
            + "{\"from\":{\"id\":\"1\"},\"to\":{\"id\":\"2\"},\"associationSpec\":{}},"
            + "{\"from\":{\"id\":\"2\"},\"to\":{\"id\":\"1\"},\"associationSpec\":{}}]}";

    assertThat(write(PAIR, change("{\"from_id\":1,\"to_id\":2}", Op.INSERT, "{}", null)).results())
        .containsExactly(new RecordResult.Applied("{\"from_id\":1,\"to_id\":2}", "1:2"));
    assertThat(sent())
        .isEqualTo(
            "POST /crm/v4/associations/contacts/companies/batch/associate/default"
                + " {\"inputs\":[{\"from\":{\"id\":\"1\"},\"to\":{\"id\":\"2\"}}]}");
  }

  @Test
  void anAssociationIsArchivedByItsEndsOrItsIdAndOnlyTheTypeThatIsOurs() {
    status = 204;
    body = "";
    Change known = change("{\"link\":1}", Op.DELETE, null, "1:2");
    assertThat(write(PAIR, known).results())
        .containsExactly(new RecordResult.Applied("{\"link\":1}", "1:2"));
    assertThat(sent())
        .isEqualTo(
            "POST /crm/v4/associations/contacts/companies/batch/archive"
                + " {\"inputs\":[{\"from\":{\"id\":\"1\"},\"to\":[{\"id\":\"2\"}]}]}");

    destination.close();
    destination = null;
    properties
        .putObject("association_types")
        .putObject("contacts/companies")
        .put("category", "USER_DEFINED")
        .put("id", 36);
    write(PAIR, known);
    assertThat(sent())
        .isEqualTo(
            "POST /crm/v4/associations/contacts/companies/batch/labels/archive"
                + " {\"inputs\":[{\"from\":{\"id\":\"1\"},\"to\":{\"id\":\"2\"},\"types\":[{"
                + "\"associationCategory\":\"USER_DEFINED\",\"associationTypeId\":36}]}]}");
  }

  @Test
  void anAssociationThatFailsIsToldByTheIdsOfItsContextAndTheRestByTheirEnds() {
    status = 207;
    body =
        "{\"status\":\"COMPLETE\",\"results\":[{\"fromObjectId\":\"1\",\"toObjectId\":\"2\"}],"
            + "\"numErrors\":1,\"errors\":[{\"status\":\"error\",\"category\":\"VALIDATION_ERROR\",\"message\":\"One"
            + " or more objects do not exist\",\"context\":{\"objectId\":[\"9\"]}}]}";

    List<RecordResult> results =
        write(
                PAIR,
                pair(1, Op.UPSERT, "{\"from_id\":1,\"to_id\":2}"),
                pair(2, Op.UPSERT, "{\"from_id\":1,\"to_id\":9}"),
                pair(3, Op.UPSERT, "{\"from_id\":3,\"to_id\":4}"),
                pair(4, Op.UPSERT, "{\"from_id\":1,\"to_id\":2}"),
                pair(5, Op.UPSERT, "{\"from_id\":1,\"to_id\":null}"))
            .results();
    assertThat(results.get(0)).isEqualTo(new RecordResult.Applied("{\"link\":1}", "1:2"));
    assertThat(((RecordResult.Rejected) results.get(1)).code()).isEqualTo("VALIDATION_ERROR");
    assertThat(results.get(2)).isInstanceOf(RecordResult.Unknown.class);
    assertThat(((RecordResult.Rejected) results.get(3)).code()).isEqualTo("DUPLICATE_ID");
    assertThat(((RecordResult.Rejected) results.get(4)).code()).isEqualTo("ENDS_MISSING");
    body = "{\"results\":[{\"fromObjectId\":\"7\",\"toObjectId\":\"8\"}]}";
    assertThat(failure(PAIR, pair(1, Op.UPSERT, "{\"from_id\":1,\"to_id\":2}")).kind())
        .isEqualTo(Kind.CONTRADICTORY);
  }

  @Test
  void membersAreAddedAndRemovedByHubSpotsIdAndOneThatIsMissingIsRejectedOrGone() {
    body = "{\"recordIdsMissing\":[\"3\"],\"recordIdsRemoved\":[],\"recordsIdsAdded\":[\"1\"]}";
    List<RecordResult> added =
        write(
                "lists/42",
                change("{\"n\":1}", Op.UPSERT, "{\"record_id\":1}", null),
                change("{\"n\":2}", Op.UPSERT, "{\"hs_object_id\":\"2\"}", null),
                change("{\"n\":3}", Op.UPSERT, "{}", null))
            .results();
    assertThat(sent()).isEqualTo("PUT /crm/v3/lists/42/memberships/add [\"1\",\"2\",\"3\"]");
    assertThat(added.subList(0, 2))
        .containsExactly(
            new RecordResult.Applied("{\"n\":1}", "1"), new RecordResult.Applied("{\"n\":2}", "2"));
    assertThat(((RecordResult.Rejected) added.get(2)).code()).isEqualTo("OBJECT_NOT_FOUND");

    body = "{\"recordIdsMissing\":[\"3\"],\"recordIdsRemoved\":[]}";
    assertThat(write("lists/42", change("{\"n\":3}", Op.DELETE, null, "3")).results())
        .containsExactly(new RecordResult.Applied("{\"n\":3}", "3"));
    assertThat(sent()).isEqualTo("PUT /crm/v3/lists/42/memberships/remove [\"3\"]");
    assertThat(failure("lists/42", change("{\"n\":5}", Op.UPSERT, "{}", null)).kind())
        .as("3 was not sent")
        .isEqualTo(Kind.CONTRADICTORY);
  }

  @Test
  void neitherAssociationsNorMembershipsAreUpdatedAndListsHaveNumbers() {
    for (String object : List.of(PAIR, "lists/42")) {
      assertThat(failure(object, change("{\"n\":1}", Op.UPDATE, "{}", null)).code())
          .isEqualTo("OP_NOT_OFFERED");
    }
    for (String object : List.of("lists/all", "associations/contacts", "a/b")) {
      assertThat(failure(object, change("{\"n\":1}", Op.UPSERT, "{}", null)).code())
          .isEqualTo("OBJECT_UNKNOWN");
    }
    assertThat(requests).isEmpty();
  }

  @Test
  void whatIdentifiesARecordMayStandInTheKeyAlone() {
    write("contacts", change("{\"email\":\"a@example.com\"}", Op.UPSERT, "{\"n\":1}", null));
    assertThat(input())
        .isEqualTo(
            "{\"id\":\"a@example.com\",\"idProperty\":\"email\",\"properties\":{\"n\":\"1\"},"
                + "\"objectWriteTraceId\":\"b-0\"}");
    write("contacts", change("{\"email\":\"a@example.com\"}", Op.INSERT, "{\"n\":1}", null));
    assertThat(input())
        .isEqualTo(
            "{\"properties\":{\"n\":\"1\",\"email\":\"a@example.com\"},"
                + "\"objectWriteTraceId\":\"b-0\"}");
    write("2-123", change("{\"deal_ref\":17}", Op.UPDATE, "{\"n\":1}", null));
    assertThat(input()).startsWith("{\"id\":\"17\",\"idProperty\":\"deal_ref\",");
    write("contacts", change("{\"crm_id\":17}", Op.UPSERT, "{\"n\":1}", null));
    assertThat(input()).startsWith("{\"id\":\"17\",\"idProperty\":\"crm_id\",");
    write("contacts", change("{\"hs_object_id\":17}", Op.UPDATE, "{\"n\":1}", null));
    assertThat(input()).startsWith("{\"id\":\"17\",\"properties\":");
    status = 204;
    body = "";
    write("contacts", change("{\"hs_object_id\":17}", Op.DELETE, null, null));
    assertThat(input()).isEqualTo("{\"id\":\"17\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "X-HubSpot-RateLimit-Remaining, 0, 10",
    "X-HubSpot-RateLimit-Remaining, 1, 0",
    "X-HubSpot-RateLimit-Secondly-Remaining, 0, 1",
    "X-HubSpot-RateLimit-Daily-Remaining, 0, 43200",
    "X-HubSpot-RateLimit-Daily-Remaining, 248572, 0"
  })
  void aLimitOfWhichNothingIsLeftIsWaitedOut(String header, String left, long seconds) {
    headers.put(header, List.of(left));

    assertThat(write("contacts", change("{\"email\":\"a\"}", Op.UPSERT, "{}", null)).rateHint())
        .extracting(hint -> hint.pause())
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void theWindowIsAsLongAsItSays() {
    headers.put("X-HubSpot-RateLimit-Remaining", List.of("0"));
    headers.put("X-HubSpot-RateLimit-Interval-Milliseconds", List.of("4000"));

    assertThat(
            write("contacts", change("{\"email\":\"a\"}", Op.UPSERT, "{}", null))
                .rateHint()
                .pause())
        .isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void aTokenThatHasExpiredIsNoFaultOfTheBatch() {
    status = 401;
    body = "{\"status\":\"error\",\"message\":\"expired\",\"category\":\"EXPIRED_AUTHENTICATION\"}";

    DestinationException failure =
        failure("contacts", change("{\"email\":\"a\"}", Op.UPSERT, "{}", null));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.code()).isEqualTo("EXPIRED_AUTHENTICATION");
  }

  @Test
  void theProbeNamesTheAccount() {
    body = "{\"portalId\":123456,\"accountType\":\"STANDARD\",\"timeZone\":\"US/Eastern\"}";
    headers.put("Date", List.of("Sun, 01 Mar 2026 12:00:05 GMT"));

    Probe probe = destination().probe();
    assertThat(probe.asked()).isEqualTo("GET /account-info/v3/details");
    assertThat(probe.account()).isEqualTo("123456 STANDARD");
    assertThat(probe.clockSkew()).isEqualTo(Duration.ofSeconds(5));
  }
}
