/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.http.JsonBody;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonKeyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":17}                | {\"id\": 17.00}              | true",
        "{\"id\":1700}              | {\"id\":1.7e3}               | true",
        "{\"id\":9007199254740993}  | {\"id\":9007199254740992}    | false",
        "{\"id\":17}                | {\"id\":\"17\"}              | false",
        "{\"id\":true}              | {\"id\":\"true\"}            | false",
        "{\"id\":null}              | {\"id\":\"null\"}            | false",
        "{\"a\":1,\"b\":\"x\"}      | {\"b\":\"x\",\"a\":1}        | true",
        "{\"a\":1}                  | {\"a\":1,\"b\":null}         | false",
        "{\"a\":\"1:b\",\"c\":\"\"} | {\"a\":\"1\",\"c\":\"b\"}    | false",
        "{\"a\":\"\\u00e9\"}        | {\"a\":\"é\"}                | true",
        "{\"a\":[1,{\"x\":2}]}      | {\"a\":[1.0,{\"x\":2}]}      | true",
      })
  void keysAreEqualByValueAndNotByText(String one, String other, boolean equal) {
    assertThat(key(one).equals(key(other))).isEqualTo(equal);
  }

  private static String key(String json) {
    return JsonKey.of(JsonBody.parse(json));
  }
}
