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
                false));
  }

  @Test
  void whatIsSaidIsTaken() throws Exception {
    HttpSettings settings =
        KEYS.read(
            properties(
                "{\"url\":\"http://crm.example.com\",\"allow_insecure\":true,\"timeout\":5000,"
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

  private static Auth auth(String json) throws JsonProcessingException {
    return KEYS.read(properties("{\"url\":\"https://api.example.com\",\"auth\":" + json + "}"))
        .auth();
  }

  private static ObjectNode properties(String json) throws JsonProcessingException {
    return (ObjectNode) new ObjectMapper().readTree(json);
  }
}
