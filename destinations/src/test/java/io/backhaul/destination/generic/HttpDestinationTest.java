/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.sandbox.LoopbackHttp;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.Canonical;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpDestinationTest {

  private final List<WireRequest> requests = new CopyOnWriteArrayList<>();
  private final LoopbackHttp server =
      LoopbackHttp.start(
          0,
          request -> {
            requests.add(request);
            return WireReply.of(200, "ok");
          });
  private final List<Destination> opened = new ArrayList<>();

  @AfterEach
  void stop() {
    opened.forEach(Destination::close);
    server.close();
  }

  private Destination open(String path, String more) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode().put("url", server.url() + path);
    properties.setAll((ObjectNode) Canonical.tree(more));
    Destination destination =
        new HttpProvider()
            .open(
                new DestinationConfig("acme", "crm", "http", properties), DeliveryContext.system());
    opened.add(destination);
    return destination;
  }

  private static DestinationException refusal(Runnable opening) {
    return catchThrowableOfType(DestinationException.class, opening::run);
  }

  private static Batch upsert(String object) {
    Change change = new Change("{\"id\":1}", Op.UPSERT, "{\"b\": 1.50,\"a\":null}", null, 1, "");
    return new Batch("batch-1", object, Op.UPSERT, List.of(change));
  }

  private static Batch delete(String destinationId) {
    Change change = new Change("{\"id\":1}", Op.DELETE, null, destinationId, 1, "");
    return new Batch("batch-2", "contacts", Op.DELETE, List.of(change));
  }

  @Test
  void keysAndFieldsGoOutCharacterForCharacter() {
    open("/api", "{}").write(upsert("con\"tacts"));

    assertThat(requests.get(0).text())
        .isEqualTo(
            "{\"object\":\"con\\\"tacts\",\"op\":\"upsert\",\"records\":"
                + "[{\"key\":{\"id\":1},\"fields\":{\"b\": 1.50,\"a\":null}}]}");
    assertThat(requests.get(0).path()).isEqualTo("/api");
    assertThat(requests.get(0).header("Content-Type")).hasValue("application/json");
  }

  @Test
  void aDeleteCarriesTheDestinationsOwnIdIfItIsKnown() {
    Destination destination = open("/api", "{}");
    destination.write(delete("a\"1"));
    destination.write(delete(null));

    assertThat(requests.get(0).text())
        .contains("\"records\":[{\"key\":{\"id\":1},\"id\":\"a\\\"1\"}]");
    assertThat(requests.get(1).text()).contains("\"records\":[{\"key\":{\"id\":1}}]");
  }

  @Test
  void thePathMayDependOnObjectAndOperation() {
    open("/v1/?team=7", "{\"path\":\"/{object}/{op}\",\"method\":\"PUT\"}")
        .write(upsert("big deals/2"));
    Destination each = open("/v1", "{\"path\":{\"delete\":\"gone\"}}");
    each.write(upsert("contacts"));
    each.write(delete("1"));

    assertThat(requests).extracting(WireRequest::method).containsExactly("PUT", "POST", "POST");
    assertThat(requests)
        .extracting(WireRequest::path)
        .containsExactly("/v1/big%20deals%2F2/upsert", "/v1", "/v1/gone");
    assertThat(requests.get(0).query("team")).hasValue("7");
  }

  @Test
  void theBatchIdIsSentAsIdempotencyKeyAndReliedOnOnlyWhereTheFileNamesTheHeader() {
    Destination silent = open("/api", "{}");
    Destination named = open("/api", "{\"idempotency_key\":{\"header\":\"X-Request-Id\"}}");
    Destination off = open("/api", "{\"idempotency_key\":\"off\"}");
    List.of(silent, named, off).forEach(destination -> destination.write(upsert("contacts")));

    assertThat(requests.get(0).header("Idempotency-Key")).hasValue("batch-1");
    assertThat(requests.get(1).header("X-Request-Id")).hasValue("batch-1");
    assertThat(requests.get(1).header("Idempotency-Key")).isEmpty();
    assertThat(requests.get(2).header("Idempotency-Key")).isEmpty();
    assertThat(silent.capabilities().safeToRepeat(Op.INSERT)).isFalse();
    assertThat(named.capabilities().safeToRepeat(Op.INSERT)).isTrue();
    assertThat(off.capabilities().safeToRepeat(Op.INSERT)).isFalse();
  }

  @Test
  void headersOfTheFileAreSentAndMayReplaceTheUsualOnes() {
    open("/api", "{\"headers\":{\"X-Team\":\"crm\",\"content-type\":\"application/vnd.x+json\"}}")
        .write(upsert("contacts"));

    assertThat(requests.get(0).header("X-Team")).hasValue("crm");
    assertThat(requests.get(0).header("Content-Type")).hasValue("application/vnd.x+json");
  }

  @Test
  void headersAndPathsThatCannotBeSentAreRefusedWhenTheDestinationIsOpened() {
    assertThat(refusal(() -> open("/api", "{\"headers\":{\"Content-Length\":\"3\"}}")).kind())
        .isEqualTo(Kind.REFUSED);
    assertThat(refusal(() -> open("/api", "{\"headers\":{\"X\":\"a\\r\\nY: b\"}}")).kind())
        .isEqualTo(Kind.REFUSED);
    assertThat(refusal(() -> open("/api", "{\"headers\":{\"X\":\"\u00e9\"}}")))
        .hasMessageContaining("'X' has a value that is not ASCII");
    assertThat(refusal(() -> open("/api", "{\"idempotency_key\":{\"header\":\"X: a\"}}")))
        .hasMessageContaining("'X: a' is no name of a header");
    assertThat(refusal(() -> open("/api", "{\"path\":\"/a b\"}"))).hasMessageContaining("'/a b'");
  }

  @Test
  void namesAndValuesOfRowsStayInsideBodyAndPath() {
    String hostile = "x\\r\\nX-Evil: 1\\r\\n\\r\\n";
    Change change =
        new Change(
            "{\"id\":\"" + hostile + "\"}", Op.UPSERT, "{\"a\":\"" + hostile + "\"}", null, 1, "");
    open("/api", "{\"path\":\"/{object}\"}")
        .write(new Batch("batch-1", "a\r\nX-Evil: 1", Op.UPSERT, List.of(change)));

    assertThat(requests).hasSize(1);
    assertThat(requests.get(0).path()).isEqualTo("/api/a%0D%0AX-Evil%3A%201");
    assertThat(requests.get(0).header("X-Evil")).isEmpty();
    assertThat(requests.get(0).text()).contains("\"fields\":{\"a\":\"" + hostile + "\"}");
  }

  @Test
  void aBatchIdThatNoHeaderCanHoldIsRefusedUnsent() {
    Change change = new Change("{\"id\":1}", Op.UPSERT, "{}", null, 1, "");
    Batch batch = new Batch("b\r\nX-Evil: 1", "contacts", Op.UPSERT, List.of(change));
    Destination destination = open("/api", "{}");

    assertThat(refusal(() -> destination.write(batch)))
        .hasMessageContaining("'Idempotency-Key' has a value with a control character");
    assertThat(requests).isEmpty();
  }

  @Test
  void anOperationThatTheFileDoesNotListIsRefusedUnsent() {
    Destination destination = open("/api", "{\"ops\":[\"upsert\"]}");

    DestinationException refused =
        catchThrowableOfType(DestinationException.class, () -> destination.write(delete("1")));
    assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
    assertThat(refused).hasMessageContaining("does not offer delete, only upsert");
    assertThat(requests).isEmpty();
  }

  @Test
  void declaredObjectsAreClosedAndOthersUnknown() {
    Destination destination =
        open(
            "/api",
            "{\"objects\":{\"contacts\":{\"keys\":[\"email\"],\"fields\":{\"email\":{\"required\":true,"
                + "\"max_length\":254},\"plan\":{\"enum\":[\"free\",\"paid\"]},"
                + "\"age\":{\"type\":\"integer\"}}}}}");

    ObjectSchema schema = destination.describe("contacts");
    assertThat(schema.closed()).isTrue();
    assertThat(schema.keys()).containsExactly("email");
    assertThat(schema.field("email"))
        .hasValue(new ObjectSchema.Field("email", "string", true, true, 254, List.of()));
    assertThat(schema.field("plan").orElseThrow().picklist()).containsExactly("free", "paid");
    assertThat(schema.field("age").orElseThrow().type()).isEqualTo("integer");
    assertThat(refusal(() -> destination.describe("deals")))
        .hasMessageContaining("'deals', only contacts");
    assertThat(open("/api", "{}").describe("deals").closed()).isFalse();
  }
}
