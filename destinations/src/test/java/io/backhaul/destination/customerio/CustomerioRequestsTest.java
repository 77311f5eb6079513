/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.customerio;

import static io.backhaul.destination.testkit.Worded.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Op;
import io.backhaul.destination.testkit.Worded;
import org.junit.jupiter.api.Test;

/** The requests that Customer.io's pages ask for. */
class CustomerioRequestsTest {

  private final Worded customerio = Worded.by("customerio");

  @Test
  void peopleGoByTheirIdOrTheSoleKeyAndAnAddressIsAnAttribute() {
    String expected =
        "POST /api/v2/batch {\"batch\":["
            + "{\"type\":\"person\",\"identifiers\":{\"id\":\"42\"},\"action\":\"identify\","
            + "\"attributes\":{\"first_name\":\"Jane\",\"plan\":null}},"
            + "{\"type\":\"person\",\"identifiers\":{\"id\":\"17\"},\"action\":\"identify\","
            + "\"attributes\":{\"email\":\"a@example.com\",\"n\":9007199254740993}},"
            + "{\"type\":\"person\",\"identifiers\":{\"email\":\"b@example.com\"},\"action\":\"identify\","
            + "\"attributes\":{}}]}";
    for (String object : new String[] {"people", "customers"}) {
      assertThat(
              customerio.of(
                  object,
                  change(
                      Op.UPSERT,
                      "{\"id\":\"42\"}",
                      "{\"first_name\":\"Jane\",\"plan\":null}",
                      null),
                  change(
                      Op.UPSERT,
                      "{\"customer_id\":17}",
                      "{\"email\":\"a@example.com\",\"n\":9007199254740993}",
                      null),
                  change(Op.UPSERT, "{\"email\":\"b@example.com\"}", "{}", null)))
          .containsExactly(expected);
    }
  }

  @Test
  void peopleGoByTheirAddressWhereTheFileSaysSo() {
    assertThat(
            customerio
                .with("{\"identity\":\"email\"}")
                .of(
                    "people",
                    change(
                        Op.UPDATE,
                        "{\"customer_id\":17}",
                        "{\"email\":\"a@example.com\",\"n\":1}",
                        null)))
        .containsExactly(
            "POST /api/v2/batch {\"batch\":[{\"type\":\"person\","
                + "\"identifiers\":{\"email\":\"a@example.com\"},\"action\":\"identify\","
                + "\"attributes\":{\"n\":1,\"_update\":true}}]}");
  }

  @Test
  void deletesAndEventsGoIntoTheSameCall() {
    assertThat(customerio.of("people", change(Op.DELETE, "{\"id\":42}", null, null)))
        .containsExactly(
            "POST /api/v2/batch {\"batch\":[{\"type\":\"person\",\"identifiers\":{\"id\":\"42\"},"
                + "\"action\":\"delete\"}]}");
    assertThat(
            customerio.of(
                "events",
                change(
                    Op.INSERT,
                    "{\"event\":7}",
                    "{\"id\":\"42\",\"name\":\"purchase\",\"timestamp\":\"2026-03-01T12:00:00+01:00\","
                        + "\"product\":\"Widget\",\"price\":29.99,\"note\":null}",
                    null)))
        .containsExactly(
            "POST /api/v2/batch {\"batch\":[{\"type\":\"person\",\"identifiers\":{\"id\":\"42\"},"
                + "\"action\":\"event\",\"name\":\"purchase\",\"timestamp\":1772362800,"
                + "\"attributes\":{\"product\":\"Widget\",\"price\":29.99,\"note\":null}}]}");
  }

  @Test
  void objectsHaveATypeAndPeople() {
    assertThat(
            customerio.of(
                "objects/1",
                change(
                    Op.UPSERT,
                    "{\"company\":\"acme\"}",
                    "{\"name\":\"Acme"
                        + " Corp\",\"cio_relationships\":[{\"identifiers\":{\"id\":\"42\"}}]}",
                    null)))
        .containsExactly(
            "POST /api/v2/batch {\"batch\":[{\"type\":\"object\",\"identifiers\":"
                + "{\"object_type_id\":\"1\",\"object_id\":\"acme\"},\"action\":\"identify\","
                + "\"attributes\":{\"name\":\"Acme Corp\"},"
                + "\"cio_relationships\":[{\"identifiers\":{\"id\":\"42\"}}]}]}");
    assertThat(
            customerio.of(
                "objects/1", change(Op.DELETE, "{\"cio_object_id\":\"ob1\"}", null, null)))
        .containsExactly(
            "POST /api/v2/batch {\"batch\":[{\"type\":\"object\",\"identifiers\":"
                + "{\"cio_object_id\":\"ob1\"},\"action\":\"delete\"}]}");
  }
}
