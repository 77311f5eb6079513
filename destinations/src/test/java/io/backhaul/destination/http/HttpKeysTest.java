/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.config.Key;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpKeysTest {

  private static final HttpKeys KEYS = new HttpKeys(null, 1000, 100, 1 << 20, 50, 4);

  @Test
  void whatIsLeftOutHasTheVendorsLimits() throws Exception {
    HttpSettings settings = KEYS.read(properties("{\"url\":\"https://api.example.com\"}"));

    assertThat(settings)
        .isEqualTo(
            new HttpSettings(
                URI.create("https://api.example.com"),
                new Auth.None(),
                Duration.ofSeconds(30),
                100,
                1 << 20,
                50,
                4,
                false,
                false));
  }

  @Test
  void whatIsSaidIsTaken() throws Exception {
    HttpSettings settings =
        KEYS.read(
            properties(
                "{\"url\":\"http://crm.example.com\",\"allow_insecure\":true,"
                    + "\"allow_private_networks\":true,\"timeout\":5000,"
                    + "\"auth\":{\"type\":\"header\",\"header\":\"X-Key\",\"token\":\"fake\"},"
                    + "\"batch\":{\"max_records\":10,\"max_bytes\":2048},"
                    + "\"rate\":{\"requests_per_second\":2.5,\"concurrency\":2}}"));

    assertThat(settings)
        .isEqualTo(
            new HttpSettings(
                URI.create("http://crm.example.com"),
                new Auth.ApiKeyHeader("X-Key", "fake"),
                Duration.ofSeconds(5),
                10,
                2048,
                2.5,
                2,
                true,
                true));
  }

  @Test
  void eachKindOfCredentialsIsRead() throws Exception {
    assertThat(auth("{\"type\":\"bearer\",\"token\":\"fake\"}")).isEqualTo(new Auth.Bearer("fake"));
    assertThat(auth("{\"type\":\"basic\",\"username\":\"ann\",\"password\":\"fake\"}"))
        .isEqualTo(new Auth.Basic("ann", "fake"));
    assertThat(auth("{\"type\":\"none\"}")).isEqualTo(new Auth.None());
    assertThatThrownBy(() -> auth("{\"type\":\"bearer\",\"token\":\" \"}"))
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining("auth.token");
  }

  @Test
  void aVendorsOwnAddressNeedNotBeNamed() throws Exception {
    HttpKeys vendor = new HttpKeys("https://api.example.com", 1000, 100, 1 << 20, 50, 4);

    assertThat(vendor.read(properties("{}")).url()).hasHost("api.example.com");
    assertThat(vendor.shape().keys()).noneMatch(Key::required);
    assertThat(KEYS.shape().keys())
        .filteredOn(Key::required)
        .extracting(Key::name)
        .containsExactly("url");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'bearer','token':'fake\\n'} | 'Authorization' has a value with a control",
        "{'type':'bearer','token':'fäke'} | 'Authorization' has a value that is not ASCII",
        "{'type':'header','header':'X-Key','token':'a\\u0000b'} | 'X-Key' has a value with a"
            + " control",
        "{'type':'header','header':'X: a','token':'fake'} | 'X: a' is no name of a header",
        "{'type':'header','header':'Host','token':'fake'} | 'Host' belongs to the connection",
        "{'type':'basic','username':'a:b','password':'fake'} | auth.username holds a colon"
      })
  void credentialsThatNoHeaderCanHoldAreRefusedWithoutShowingThem(String json, String reason) {
    assertThatThrownBy(() -> auth(json.replace('\'', '"')))
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("fake")
        .hasMessageNotContaining("fäke");
  }

  @Test
  void aPrivateAddressIsRefusedBeforeAnythingIsSentUnlessTheFileAllowsIt() throws Exception {
    String url = "{\"url\":\"https://10.1.2.3/api\"";

    assertThatThrownBy(() -> KEYS.read(properties(url + "}")))
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining("allow_private_networks: true");
    assertThat(KEYS.read(properties(url + ",\"allow_private_networks\":true}")).url())
        .hasHost("10.1.2.3");
  }

  private static Auth auth(String json) throws JsonProcessingException {
    return KEYS.read(properties("{\"url\":\"https://api.example.com\",\"auth\":" + json + "}"))
        .auth();
  }

  private static ObjectNode properties(String json) throws JsonProcessingException {
    return (ObjectNode) new ObjectMapper().readTree(json);
  }
}
