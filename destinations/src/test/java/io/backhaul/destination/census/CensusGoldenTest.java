/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.testkit.GoldenAnswers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The answers of the protocol's documentation, each turned into the right outcomes. */
class CensusGoldenTest {

  private final GoldenAnswers golden = GoldenAnswers.of("census");

  @Test
  void everyAnswerIsUnderstood() {
    DestinationException failed =
        catchThrowableOfType(
            DestinationException.class, () -> golden.probe("test_connection_failed.json"));
    assertThat(failed.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failed).hasMessageContaining("The API Key is invalid");

    ObjectSchema schema =
        golden.asked("list_fields_response.json", receiver -> receiver.describe("restaurant"));
    assertThat(schema.keys()).containsExactly("name");
    assertThat(schema.fields())
        .extracting(ObjectSchema.Field::type)
        .containsExactly("string", "boolean", "decimal", "string[]");
    assertThat(schema.field("tag_list").orElseThrow().required()).isTrue();
    // The same answer is no list of objects: none are known, so that any may be there.
    assertThat(schema.closed()).isFalse();

    ObjectSchema empty =
        golden.asked("list_objects_response.json", receiver -> receiver.describe("restaurant"));
    assertThat(empty.closed()).isTrue();
    ObjectSchema open =
        golden.asked("list_objects_response.json", receiver -> receiver.describe("reservation"));
    assertThat(open.closed()).isFalse();

    Batch delete =
        new Batch(
            "golden",
            "restaurant",
            Op.DELETE,
            List.of(new Change("{\"name\":\"Seva\"}", Op.DELETE, null, null, 1, "")));
    DestinationException refused =
        catchThrowableOfType(
            DestinationException.class,
            () ->
                golden.asked(
                    "supported_operations_response.json", receiver -> receiver.write(delete)));
    assertThat(refused.code()).isEqualTo("OP_NOT_OFFERED");
    assertThat(refused).hasMessageContaining("only update, upsert");

    DestinationException none =
        catchThrowableOfType(
            DestinationException.class,
            () -> golden.asked("get_sync_speed_response.json", receiver -> receiver.write(delete)));
    assertThat(none.kind()).as("no record_results").isEqualTo(Kind.CONTRADICTORY);
    // The request that the documentation shows is compared in CensusRequestTest.
    golden.assertAllReadBut("sync_batch_request.json");
  }
}
