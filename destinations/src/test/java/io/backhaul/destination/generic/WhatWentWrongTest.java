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
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.LoopbackHttp;
import io.backhaul.destination.sandbox.WireReply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person is told when a destination is not what its file says: problem, place, remedy. */
class WhatWentWrongTest {

  private static Delivery write(String url, String results) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode().put("url", url);
    properties.put("results", results);
    properties.putObject("auth").put("type", "bearer").put("token", "fake-token");
    DestinationConfig config = new DestinationConfig("acme", "crm", "http", properties);
    Change change = new Change("{\"id\":1}", Op.UPSERT, "{\"a\":1}", null, 1, "");
    Batch batch = new Batch("batch-1", "contacts", Op.UPSERT, List.of(change));
    try (Destination destination = new HttpProvider().open(config, DeliveryContext.system())) {
      return destination.write(batch);
    }
  }

  private static DestinationException failure(String url) {
    DestinationException e =
        catchThrowableOfType(DestinationException.class, () -> write(url, "by_status"));
    assertThat(e).isNotNull();
    assertThat(e).hasMessageNotContaining("fake-token");
    return e;
  }

  @Tag("fault-1")
  @Test
  void aDestinationThatIsDown() throws Exception {
    // A socket that is bound and does not listen keeps the port from everyone else.
    try (Socket kept = new Socket()) {
      kept.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String host = "127.0.0.1:" + kept.getLocalPort();

      DestinationException e = failure("http://" + host + "/api");

      assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(e)
          .hasMessage(host + " takes no connection: is it running, and is the port in url right?");
    }
  }

  @Tag("fault-1")
  @Test
  void aHostThatDoesNotExist() {
    DestinationException e = failure("https://nowhere.invalid/api");

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e)
        .hasMessage(
            "no address is known for nowhere.invalid: check the host in url, and this machine's"
                + " DNS");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://10.1.2.3/api | is a private address: use the public address, or say"
            + " allow_private_networks: true",
        "https://169.254.169.254/api | is a cloud's metadata service, which no destination has:"
            + " correct the host in url",
        "http://crm.example.com/api | use https, or say allow_insecure: true"
      })
  void anAddressThatMayNotBeUsed(String url, String words) {
    DestinationException e = failure(url);

    assertThat(e.kind()).isEqualTo(Kind.REFUSED);
    assertThat(e).hasMessageContaining(words);
  }

  @Tag("fault-7")
  @Test
  void aWebPageInPlaceOfAnAnswer() {
    WireReply page = WireReply.of(200, "<!DOCTYPE html>\n<html>Please log in</html>");
    try (LoopbackHttp server = LoopbackHttp.start(0, request -> page)) {
      DestinationException e = failure(server.url() + "/api");

      assertThat(e.kind()).isEqualTo(Kind.CONTRADICTORY);
      assertThat(e).hasMessage("the answer is a web page: is url the right address?");
    }
  }

  @Tag("twin-7")
  @Test
  void theTwinThatGoesByTheStatusAloneTakesAPageOfMaintenanceForADelivery() {
    WireReply page = WireReply.of(200, "Closed for maintenance");
    try (LoopbackHttp server = LoopbackHttp.start(0, request -> page)) {
      String url = server.url() + "/api";
      assertThat(
              catchThrowableOfType(DestinationException.class, () -> write(url, "per_record"))
                  .kind())
          .isEqualTo(Kind.CONTRADICTORY);

      Delivery delivery = write(url, "by_status");

      assertThat(((Delivery.Settled) delivery).results())
          .singleElement()
          .isInstanceOf(RecordResult.Applied.class);
    }
  }

  @Tag("fault-17")
  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aDestinationThatHasMoved(int status) {
    AtomicInteger arrivedElsewhere = new AtomicInteger();
    try (LoopbackHttp elsewhere =
            LoopbackHttp.start(
                0,
                request -> {
                  arrivedElsewhere.incrementAndGet();
                  return WireReply.of(200, "{}");
                });
        LoopbackHttp server =
            LoopbackHttp.start(
                0,
                request ->
                    WireReply.of(status, Map.of("Location", elsewhere.url() + "/api"), ""))) {
      DestinationException e = failure(server.url() + "/api");

      assertThat(e.kind()).isEqualTo(Kind.REFUSED);
      assertThat(e)
          .hasMessageContaining("(" + status + ")")
          .hasMessageContaining("put the final address in url");
      assertThat(arrivedElsewhere).hasValue(0);
    }
  }
}
