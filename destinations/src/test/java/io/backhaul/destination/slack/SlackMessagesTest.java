/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

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
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import io.backhaul.destination.testkit.VendorContract;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to Slack of a row, and what its answers mean. */
class SlackMessagesTest {

  private static final String POSTED = "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"17.000001\"}";

  private final List<Wire.Request> requests = new ArrayList<>();
  private final Map<String, String> answers = new HashMap<>();
  private final ObjectNode properties = new SlackProvider().sample();
  private Destination destination;

  @AfterEach
  void holdsToSlacksDescription() {
    if (destination != null) {
      destination.close();
    }
    VendorContract.find("slack").ifPresent(contract -> requests.forEach(contract::check));
  }

  private Wire.Reply answer(Wire.Request request) {
    requests.add(request);
    String call = request.uri().getPath();
    String body = answers.getOrDefault(call.substring(call.lastIndexOf('/') + 1), POSTED);
    return new Wire.Reply(200, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  private Destination destination() {
    if (destination == null) {
      DeliveryContext context = new DeliveryContext(SettableClock.atNoon(), "test");
      destination =
          new SlackProvider()
              .open(
                  new DestinationConfig("acme", "slack", "slack", properties),
                  context.over(this::answer));
    }
    return destination;
  }

  private RecordResult write(String object, Op op, String fields, String id) {
    Change change = new Change("{\"order\":17}", op, fields, id, 1, "");
    Batch batch = new Batch("b", object, op, List.of(change));
    return ((Delivery.Settled) destination().write(batch)).results().get(0);
  }

  private RecordResult insert(String object, String fields) {
    return write(object, Op.INSERT, fields, null);
  }

  private JsonNode last() {
    return Canonical.tree(
        new String(requests.get(requests.size() - 1).body(), StandardCharsets.UTF_8));
  }

  private List<String> paths() {
    return requests.stream().map(request -> request.uri().getPath()).toList();
  }

  @Test
  void aMessageGoesToTheChannelOfTheObjectAndItsIdIsChannelAndTime() {
    assertThat(insert("C1H9RESGL", "{\"text\":\"hello\",\"total\":3}"))
        .isEqualTo(new RecordResult.Applied("{\"order\":17}", "C1:17.000001"));

    assertThat(paths()).containsExactly("/api/chat.postMessage");
    assertThat(last().toString()).isEqualTo("{\"channel\":\"C1H9RESGL\",\"text\":\"hello\"}");
    assertThat(requests.get(0).headers().get("Content-Type")).contains("charset=utf-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"#orders", "channels/orders"})
  void aNameIsLookedUpOnceWhateverThePageItStandsOn(String object) {
    answers.put(
        "conversations.list",
        "{\"ok\":true,\"channels\":[{\"id\":\"C22\",\"name\":\"orders\"}],"
            + "\"response_metadata\":{\"next_cursor\":\"\"}}");
    insert(object, "{\"text\":\"a\"}");
    insert(object, "{\"text\":\"b\"}");

    assertThat(paths())
        .containsExactly(
            "/api/conversations.list", "/api/chat.postMessage", "/api/chat.postMessage");
    assertThat(last().path("channel").asText()).isEqualTo("C22");
  }

  @Test
  void aNameThatIsNotListedOrMayNotBeListedIsLeftToSlack() {
    answers.put("conversations.list", "{\"ok\":false,\"error\":\"missing_scope\"}");
    answers.put("chat.postMessage", "{\"ok\":false,\"error\":\"channel_not_found\"}");

    RecordResult.Rejected rejected = (RecordResult.Rejected) insert("#nowhere", "{\"text\":\"a\"}");
    assertThat(rejected.code()).isEqualTo("channel_not_found");
    assertThat(rejected.field()).isEqualTo("channel");
    assertThat(last().path("channel").asText()).isEqualTo("#nowhere");
  }

  @Test
  void aRecordNamesItsChannelOrItsUserOrIsSentWhereTheFileSays() {
    answers.put("users.lookupByEmail", "{\"ok\":true,\"user\":{\"id\":\"U77\"}}");
    properties.put("channel", "C999");

    insert("messages", "{\"text\":\"a\",\"channel\":\"C55\"}");
    assertThat(last().path("channel").asText()).isEqualTo("C55");
    insert("messages", "{\"text\":\"a\",\"email\":\"pat+x@example.com\"}");
    assertThat(last().path("channel").asText()).isEqualTo("U77");
    assertThat(requests.get(1).uri().getRawQuery()).isEqualTo("email=pat%2Bx%40example.com");
    insert("@pat+x@example.com", "{\"text\":\"a\"}");
    assertThat(last().path("channel").asText()).isEqualTo("U77");
    insert("messages", "{\"text\":\"a\"}");
    assertThat(last().path("channel").asText()).isEqualTo("C999");
    assertThat(paths().stream().filter(path -> path.contains("lookup"))).hasSize(1);
  }

  @Test
  void whoIsUnknownIsRejectedUnsentAndSoIsWhoIsNotNamed() {
    answers.put("users.lookupByEmail", "{\"ok\":false,\"error\":\"users_not_found\"}");

    RecordResult.Rejected nobody =
        (RecordResult.Rejected)
            insert("messages", "{\"text\":\"a\",\"email\":\"gone@example.com\"}");
    assertThat(nobody.code()).isEqualTo("users_not_found");
    assertThat(nobody.field()).isEqualTo("email");
    assertThat(((RecordResult.Rejected) insert("messages", "{\"text\":\"a\"}")).code())
        .isEqualTo("CHANNEL_EMPTY");
    assertThat(paths()).containsExactly("/api/users.lookupByEmail");
  }

  @Test
  void aLookupThatFailsLeavesNothingInDoubt() {
    answers.put("users.lookupByEmail", "{\"ok\":false,\"error\":\"internal_error\"}");

    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class, () -> insert("@a@example.com", "{\"text\":\"a\"}"));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void templatesMakeTextAndBlocksOfARowAndItsKey() {
    properties.put("text", "\"Order \" + .order + \" of \" + .name");
    properties.put(
        "blocks",
        "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"*\" + .name + \"*\"}},"
            + " {\"type\":\"divider\"}]");

    insert("C1H9RESGL", "{\"name\":\"Zoë\",\"text\":\"ignored\"}");

    assertThat(last().path("text").asText()).isEqualTo("Order 17 of Zoë");
    assertThat(last().path("blocks").toString())
        .isEqualTo(
            "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"*Zoë*\"}},"
                + "{\"type\":\"divider\"}]");
  }

  @Test
  void aTemplateThatIsNoneIsRefusedAndOneThatFailsRejectsItsRecord() {
    properties.put("text", "number(.name, \"x\"");
    DestinationException refused =
        catchThrowableOfType(DestinationException.class, this::destination);
    assertThat(refused.code()).isEqualTo("TEMPLATE_REFUSED");

    properties.put("text", "number(.name)");
    RecordResult.Rejected failed =
        (RecordResult.Rejected) insert("C1H9RESGL", "{\"name\":\"Zoë\"}");
    assertThat(failed.code()).isEqualTo("TEMPLATE_FAILED");
    assertThat(failed.field()).isEqualTo("text");
    assertThat(requests).isEmpty();
  }

  @Test
  void structuresMayComeAsTextAndWhatIsNoneIsRejectedUnsent() {
    insert("C1H9RESGL", "{\"blocks\":\"[{\\\"type\\\":\\\"divider\\\"}]\",\"mrkdwn\":false}");
    assertThat(last().path("blocks").get(0).path("type").asText()).isEqualTo("divider");
    assertThat(last().path("mrkdwn").isBoolean()).isTrue();

    RecordResult.Rejected broken =
        (RecordResult.Rejected) insert("C1H9RESGL", "{\"blocks\":\"divider\"}");
    assertThat(broken.code()).isEqualTo("NOT_A_STRUCTURE");
    assertThat(broken.field()).isEqualTo("blocks");
    String tooLong = "{\"text\":\"" + "x".repeat(40_001) + "\"}";
    assertThat(((RecordResult.Rejected) insert("C1H9RESGL", tooLong)).code())
        .isEqualTo("msg_too_long");
    assertThat(requests).hasSize(1);
  }

  @Test
  void updatesAndDeletesGoByTheIdOrByChannelAndTs() {
    write("messages", Op.UPDATE, "{\"text\":\"b\",\"thread_ts\":\"1.2\"}", "C1:17.000001");
    assertThat(last().toString())
        .isEqualTo("{\"channel\":\"C1\",\"ts\":\"17.000001\",\"text\":\"b\"}");
    write("messages", Op.DELETE, null, "C1:17.000001");
    assertThat(last().toString()).isEqualTo("{\"channel\":\"C1\",\"ts\":\"17.000001\"}");
    assertThat(paths()).containsExactly("/api/chat.update", "/api/chat.delete");

    Change named =
        new Change("{\"channel\":\"C55\",\"ts\":\"1.000002\"}", Op.DELETE, null, null, 1, "");
    destination().write(new Batch("b", "messages", Op.DELETE, List.of(named)));
    assertThat(last().toString()).isEqualTo("{\"channel\":\"C55\",\"ts\":\"1.000002\"}");
    assertThat(((RecordResult.Rejected) write("messages", Op.DELETE, null, null)).code())
        .isEqualTo("NO_DESTINATION_ID");
  }

  @ParameterizedTest
  @CsvSource({
    "ratelimited, UNAVAILABLE", "service_unavailable, UNAVAILABLE", "request_timeout, UNAVAILABLE",
    "internal_error, IN_DOUBT", "fatal_error, IN_DOUBT", "invalid_auth, REFUSED",
    "token_revoked, REFUSED", "account_inactive, REFUSED", "missing_scope, REFUSED"
  })
  void anErrorThatIsNotAboutTheMessageEndsTheBatch(String code, Kind kind) {
    answers.put("chat.postMessage", "{\"ok\":false,\"error\":\"" + code + "\"}");

    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class, () -> insert("C1H9RESGL", "{\"text\":\"a\"}"));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "no_text, text",
    "is_archived, channel",
    "not_in_channel, channel",
    "invalid_blocks, blocks",
    "something_new, ",
  })
  void anyOtherErrorRejectsTheMessageAndNamesTheArgument(String code, String field) {
    answers.put("chat.postMessage", "{\"ok\":false,\"error\":\"" + code + "\"}");

    RecordResult.Rejected rejected =
        (RecordResult.Rejected) insert("C1H9RESGL", "{\"text\":\"a\"}");
    assertThat(rejected.code()).isEqualTo(code);
    assertThat(rejected.field()).isEqualTo(field);
  }

  @Test
  void aSuccessThatNamesNoMessageIsNone() {
    answers.put("chat.postMessage", "{\"ok\":true}");

    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class, () -> insert("C1H9RESGL", "{\"text\":\"a\"}"));
    assertThat(failure.kind()).isEqualTo(Kind.CONTRADICTORY);
  }

  @Test
  void whatIsNoObjectOfSlacksIsRefusedAndSoIsAnUpsert() {
    DestinationException unknown =
        catchThrowableOfType(
            DestinationException.class, () -> insert("contacts", "{\"text\":\"a\"}"));
    assertThat(unknown.code()).isEqualTo("OBJECT_UNKNOWN");
    DestinationException upsert =
        catchThrowableOfType(
            DestinationException.class,
            () -> write("messages", Op.UPSERT, "{\"text\":\"a\"}", null));
    assertThat(upsert.code()).isEqualTo("OP_NOT_OFFERED");
    assertThat(destination().capabilities().safeToRepeat(Op.INSERT)).isFalse();
  }
}
