/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.DestinationException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {

  private final AtomicInteger lookups = new AtomicInteger();

  private final AddressGuard guard =
      new AddressGuard(
          true,
          false,
          host -> {
            lookups.incrementAndGet();
            return List.of(InetAddresses.literal("8.8.8.8"));
          });

  @Test
  void httpsKeepsTheNameThatTheCertificateIsFor() {
    URI url = URI.create("https://crm.example.com/api?team=7");

    assertThat(new Routes(guard, null).to(url).build().uri()).isEqualTo(url);
    assertThat(lookups).hasValue(1);
  }

  @Test
  void aNameIsJudgedAtEachRequest() {
    Routes routes = new Routes(guard, null);
    URI url = URI.create("https://crm.example.com/api");
    routes.to(url);
    routes.to(url);

    assertThat(lookups).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://crm.example.com/api", "https://crm.example.com/api"})
  void aProxyLooksTheNameUpForItself(String url) {
    ProxySelector proxy = proxy();

    assertThat(new Routes(guard, proxy).to(URI.create(url)).build().uri())
        .hasHost("crm.example.com");
    assertThat(lookups).hasValue(0);
  }

  @Test
  void aProxyIsNotAskedForWhatTheUrlItselfShowsToBeRefused() {
    Routes routes = new Routes(guard, proxy());

    assertThatThrownBy(() -> routes.to(URI.create("http://169.254.169.254/latest")))
        .isInstanceOf(DestinationException.class);
    assertThatThrownBy(() -> routes.to(URI.create("https://10.0.0.1/api")))
        .isInstanceOf(DestinationException.class);
  }

  private static ProxySelector proxy() {
    return ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 3128));
  }
}
