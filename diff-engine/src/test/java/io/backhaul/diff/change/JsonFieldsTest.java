/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonFieldsTest {

  @Test
  void valuesKeepTheirExactText() {
    String json =
        "{\"a\":1.10,\"b\":\"x\\\"y}\",\"c\":{\"d\":[1, {\"e\":null}]},\"f\":9007199254740993,"
            + "\"g\":[],\"h\":true,\"i\":null}";
    assertThat(JsonFields.slices(json))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "a", "1.10",
                "b", "\"x\\\"y}\"",
                "c", "{\"d\":[1, {\"e\":null}]}",
                "f", "9007199254740993",
                "g", "[]",
                "h", "true",
                "i", "null"));
    assertThat(JsonFields.only(json, JsonFields.slices(json).keySet())).isEqualTo(json);
  }

  @Test
  void longAndSupplementaryTextIsSlicedWhole() {
    String value = "\"" + "x\u00e9\ud83d\ude00\\u0001".repeat(40_000) + "\"";
    assertThat(JsonFields.slices("{\"a\":" + value + ",\"b\":2}"))
        .containsEntry("a", value)
        .containsEntry("b", "2");
  }

  @Test
  void aFieldNameMayHoldAnything() {
    String json = "{\"a \\\"b\\\"\":1,\"c\":2}";
    assertThat(JsonFields.slices(json)).containsKey("a \"b\"");
    assertThat(JsonFields.only(json, List.of("a \"b\""))).isEqualTo("{\"a \\\"b\\\"\":1}");
    assertThat(JsonFields.only(json, List.of())).isEqualTo("{}");
  }

  @Test
  void aDifferenceTellsChangedFromAddedFields() {
    JsonFields.Difference difference =
        JsonFields.difference(
            "{\"same\":1,\"other\":1.0,\"new\":2,\"newNull\":null}",
            "{\"other\":1,\"same\":1,\"removed\":3}");
    assertThat(difference.common()).containsExactly("other");
    assertThat(difference.added()).containsExactly("new");
  }

  @Test
  void whatIsNoObjectIsRefusedWithoutQuotingIt() {
    assertThatThrownBy(() -> JsonFields.slices("[\"ada@example.com\"]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("ada");
    assertThatThrownBy(() -> JsonFields.slices("{\"a\":ada@example.com"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("ada");
  }
}
