/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.DestinationException;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.example.com/v1",
        "http://127.0.0.1:9800/api",
        "http://127.8.9.1/api",
        "http://localhost/api",
        "http://[::1]:80/api"
      })
  void safeAddressesPass(String url) {
    assertThatCode(() -> AddressGuard.check(URI.create(url), false)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "http://api.example.com/v1, allow_insecure",
    "http://127.0.0.1.example.com/v1, allow_insecure",
    "http://10.0.0.1/v1, allow_insecure",
    "ftp://api.example.com/v1, absolute http or https",
    "/v1, absolute http or https",
    "https://ann:secret@api.example.com/v1, under auth",
    "https://169.254.169.254/latest, link-local",
    "http://[fe80::1]/x, link-local"
  })
  void othersAreRefusedWithTheReason(String url, String reason) {
    assertThatThrownBy(() -> AddressGuard.check(URI.create(url), false))
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({"http://10.0.0.1/v1, true", "http://169.254.169.254/latest, false"})
  void whoAllowsItMayUsePlainHttpButNotLinkLocal(String url, boolean passes) {
    URI address = URI.create(url);
    if (passes) {
      assertThatCode(() -> AddressGuard.check(address, true)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> AddressGuard.check(address, true))
          .isInstanceOf(DestinationException.class);
    }
  }
}
