/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

  private static void check(String url, boolean allowInsecure, boolean allowPrivateNetworks) {
    new AddressGuard(allowInsecure, allowPrivateNetworks).check(URI.create(url));
  }

  /** A guard for which every name has these addresses. */
  private static AddressGuard leadingTo(boolean allowPrivateNetworks, String... addresses) {
    return new AddressGuard(
        false,
        allowPrivateNetworks,
        host -> {
          List<InetAddress> found = new ArrayList<>();
          for (String address : addresses) {
            found.add(InetAddress.getByName(address));
          }
          return found;
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.example.com/v1",
        "https://3com.example/v1",
        "https://8.8.8.8/v1",
        "https://[2606:4700::1111]/v1",
        "http://127.0.0.1:9800/api",
        "http://127.8.9.1/api",
        "http://localhost/api",
        "http://[::1]:80/api",
        "https://127.0.0.1:9800/api"
      })
  void safeAddressesPass(String url) {
    assertThatCode(() -> check(url, false, false)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "http://api.example.com/v1, allow_insecure",
    "http://127.0.0.1.example.com/v1, allow_insecure",
    "http://localhost.example.com/v1, allow_insecure",
    "http://8.8.8.8/v1, allow_insecure",
    "ftp://api.example.com/v1, absolute http or https",
    "/v1, absolute http or https",
    "https:///v1, absolute http or https",
    "https://ann:secret@api.example.com/v1, under auth",
    "https://10.0.0.1/v1, allow_private_networks",
    "https://[::ffff:10.0.0.1]/v1, allow_private_networks",
    "https://[64:ff9b::a00:1]/v1, allow_private_networks",
    "https://[fd12::1]/v1, allow_private_networks"
  })
  void othersAreRefusedWithTheReason(String url, String reason) {
    assertThatThrownBy(() -> check(url, false, false))
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://010.0.0.1:443/",
        "https://127.0.0.1./",
        "https://256.1.1.1/"
      })
  void anAddressInAFormThatResolversDisagreeOnIsRefused(String url) {
    assertThatThrownBy(() -> check(url, true, true))
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining("four decimal numbers");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest",
        "http://169.254.170.2/v2",
        "http://100.100.100.200/latest",
        "http://168.63.129.16/machine",
        "http://metadata.google.internal/computeMetadata",
        "http://Metadata.Google.Internal./computeMetadata",
        "http://169.254.7.7/",
        "http://0.0.0.0/",
        "http://255.255.255.255/",
        "http://224.0.0.1/",
        "http://[::]/",
        "http://[fe80::1]/",
        "http://[fe80::1%25eth0]/",
        "http://[ff02::1]/",
        "http://[fd00:ec2::254]/latest",
        "http://[::ffff:169.254.169.254]/latest",
        "http://[64:ff9b::a9fe:a9fe]/latest",
        "http://[2002:a9fe:a9fe::1]/latest"
      })
  void someAddressesAreRefusedWhateverIsAllowed(String url) {
    assertThatThrownBy(() -> check(url, true, true))
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining("which no destination");
  }

  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.1/v1, true, true, true",
    "http://10.0.0.1/v1, true, false, false",
    "http://10.0.0.1/v1, false, true, false",
    "https://10.0.0.1/v1, false, true, true",
    "http://api.example.com/v1, true, false, true"
  })
  void insecureAndPrivateAreAllowedEachForItself(
      String url, boolean insecure, boolean privateNetworks, boolean passes) {
    if (passes) {
      assertThatCode(() -> check(url, insecure, privateNetworks)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> check(url, insecure, privateNetworks))
          .isInstanceOf(DestinationException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3", "127.0.0.1", "::1", "fd12::7", "100.64.0.1", "192.168.0.9"})
  void aNameThatLeadsIntoAPrivateNetworkNeedsPermission(String address) throws Exception {
    URI url = URI.create("https://crm.example.com/api");

    assertThatThrownBy(() -> leadingTo(false, "8.8.8.8", address).judged(url))
        .isInstanceOf(DestinationException.class)
        .hasMessageStartingWith("crm.example.com leads to " + shown(address))
        .hasMessageContaining("allow_private_networks: true");
    assertThat(leadingTo(true, "8.8.8.8", address).judged(url))
        .containsExactly(InetAddress.getByName("8.8.8.8"), InetAddress.getByName(address));
  }

  private static String shown(String address) throws UnknownHostException {
    return InetAddress.getByName(address).getHostAddress();
  }

  @ParameterizedTest
  @ValueSource(strings = {"169.254.169.254", "fd00:ec2::254", "fe80::1", "0.0.0.0", "239.1.1.1"})
  void aNameThatLeadsToWhatNoDestinationHasIsRefusedWhateverIsAllowed(String address) {
    URI url = URI.create("https://crm.example.com/api");

    assertThatThrownBy(() -> leadingTo(true, "8.8.8.8", address).judged(url))
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining("which no destination has");
  }

  @Test
  void localhostIsThisMachineOrRefused() throws Exception {
    URI url = URI.create("http://LocalHost:9800/api");

    assertThat(leadingTo(false, "127.0.0.1", "::1").judged(url)).hasSize(2);
    assertThatThrownBy(() -> leadingTo(true, "8.8.8.8").judged(url))
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining("not this machine");
  }

  @Test
  void aNameWithoutAnAddressIsUnavailableAndSaysWhatToCheck() {
    AddressGuard guard =
        new AddressGuard(
            false,
            false,
            host -> {
              throw new UnknownHostException(host);
            });

    DestinationException e =
        catchThrowableOfType(
            DestinationException.class,
            () -> guard.judged(URI.create("https://crm.example.com/api")));

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("crm.example.com").hasMessageContaining("check the host");
  }

  @Test
  void aLiteralAddressIsNotLookedUp() {
    AddressGuard guard =
        new AddressGuard(
            false,
            false,
            host -> {
              throw new UnknownHostException("looked up " + host);
            });

    assertThat(guard.judged(URI.create("http://[::1]/api")))
        .containsExactly(InetAddresses.literal("::1"));
  }
}
