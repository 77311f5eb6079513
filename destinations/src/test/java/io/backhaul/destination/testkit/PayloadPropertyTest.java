/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.Providers;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.generic.FakeHttpApi;
import io.backhaul.destination.hubspot.FakeHubSpotApi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Whatever texts a record holds, over real HTTP they reach the vendor as they are. */
class PayloadPropertyTest {

  @Tag("fault-39")
  @Property(tries = 100)
  void everyTextOfKeysAndFieldsArrivesAtAnEndpointAsItIs(@ForAll("texts") List<String> texts) {
    List<Change> changes = new ArrayList<>();
    for (String text : texts) {
      ObjectNode key = JsonNodeFactory.instance.objectNode();
      key.put("n", changes.size()).put("text", text);
      ObjectNode fields = JsonNodeFactory.instance.objectNode();
      fields.put("text", text).put(text + " of a field", true);
      changes.add(
          new Change(key.toString(), Op.UPSERT, fields.toString(), null, changes.size(), ""));
    }

    Map<String, String> stored = sent("http", new FakeHttpApi(true), changes);

    Map<String, String> arrived = new HashMap<>();
    stored.forEach(
        (name, value) -> {
          JsonNode key = Canonical.tree(name);
          JsonNode fields = Canonical.tree(value);
          assertThat(fields.get("text").asText()).isEqualTo(key.get("text").asText());
          assertThat(fields.has(key.get("text").asText() + " of a field")).isTrue();
          arrived.put(key.get("n").asText(), key.get("text").asText());
        });
    assertThat(arrived).isEqualTo(numbered(texts));
  }

  @Tag("fault-39")
  @Property(tries = 100)
  void everyTextArrivesAtHubSpotAsItIs(@ForAll("texts") List<String> texts) {
    List<Change> changes = new ArrayList<>();
    for (String text : texts) {
      int n = changes.size();
      ObjectNode fields = JsonNodeFactory.instance.objectNode();
      fields.put("email", "person" + n + "@example.com").put("firstname", text);
      changes.add(new Change("{\"id\":" + n + "}", Op.UPSERT, fields.toString(), null, n, ""));
    }

    Map<String, String> stored = sent("hubspot", new FakeHubSpotApi(), changes);

    Map<String, String> arrived = new HashMap<>();
    stored.forEach(
        (email, value) -> arrived.put(email, Canonical.tree(value).get("firstname").asText()));
    Map<String, String> expected = new HashMap<>();
    numbered(texts).forEach((n, text) -> expected.put("person" + n + "@example.com", text));
    assertThat(arrived).isEqualTo(expected);
  }

  /** What the vendor holds after it acknowledged every change. */
  private static Map<String, String> sent(String type, FakeApi api, List<Change> changes) {
    try (FaultServer server = FaultServer.start(api)) {
      ObjectNode properties = JsonNodeFactory.instance.objectNode();
      properties.put("url", server.url().toString()).put("results", "per_record");
      properties.putObject("auth").put("type", "bearer").put("token", "not-a-real-token");
      DestinationConfig config = new DestinationConfig("acme", "crm", type, properties);
      try (Destination destination =
          Providers.of(type).orElseThrow().open(config, DeliveryContext.system())) {
        Delivery delivery = destination.write(new Batch("b1", "contacts", Op.UPSERT, changes));
        assertThat(((Delivery.Settled) delivery).results())
            .allMatch(RecordResult.Applied.class::isInstance);
      }
      return server.store();
    }
  }

  private static Map<String, String> numbered(List<String> texts) {
    Map<String, String> numbered = new HashMap<>();
    for (int n = 0; n < texts.size(); n++) {
      numbered.put(Integer.toString(n), texts.get(n));
    }
    return numbered;
  }

  /** Any characters but half of a surrogate pair, which is refused and not sent. */
  @Provide
  Arbitrary<List<String>> texts() {
    Arbitrary<String> any =
        Arbitraries.strings()
            .ofMaxLength(60)
            .filter(text -> text.codePoints().noneMatch(PayloadPropertyTest::half));
    Arbitrary<String> awkward =
        Arbitraries.strings()
            .withChars("\"\\/{}[],:\u0000\u0001\n\r\t\u2028\ufeff\u202eé<>&=+%$' ".toCharArray())
            .ofMaxLength(40);
    Arbitrary<String> emoji =
        Arbitraries.of("😀", "👩‍👩‍👧", "𝄞", "null", "")
            .list()
            .ofMaxSize(6)
            .map(x -> String.join("x", x));
    return Arbitraries.oneOf(any, awkward, emoji).list().ofMinSize(1).ofMaxSize(30);
  }

  private static boolean half(int code) {
    return code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
  }
}
