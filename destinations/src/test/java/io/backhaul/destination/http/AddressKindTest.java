/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressKindTest {

  /** First and last address of each block, and the neighbours outside it. */
  @ParameterizedTest
  @CsvSource({
    "1.1.1.1, PUBLIC",
    "9.255.255.255, PUBLIC",
    "10.0.0.0, PRIVATE",
    "10.255.255.255, PRIVATE",
    "11.0.0.0, PUBLIC",
    "100.63.255.255, PUBLIC",
    "100.64.0.0, PRIVATE",
    "100.127.255.255, PRIVATE",
    "100.128.0.0, PUBLIC",
    "100.100.100.200, METADATA",
    "126.255.255.255, PUBLIC",
    "127.0.0.0, LOOPBACK",
    "127.255.255.255, LOOPBACK",
    "128.0.0.0, PUBLIC",
    "168.63.129.16, METADATA",
    "168.63.129.17, PUBLIC",
    "169.253.255.255, PUBLIC",
    "169.254.0.0, LINK_LOCAL",
    "169.254.169.254, METADATA",
    "169.254.255.255, LINK_LOCAL",
    "169.255.0.0, PUBLIC",
    "172.15.255.255, PUBLIC",
    "172.16.0.0, PRIVATE",
    "172.31.255.255, PRIVATE",
    "172.32.0.0, PUBLIC",
    "192.0.0.1, PRIVATE",
    "192.0.0.192, METADATA",
    "192.0.2.1, PRIVATE",
    "192.167.255.255, PUBLIC",
    "192.168.0.0, PRIVATE",
    "192.168.255.255, PRIVATE",
    "192.169.0.0, PUBLIC",
    "198.18.0.0, PRIVATE",
    "198.19.255.255, PRIVATE",
    "198.51.100.7, PRIVATE",
    "203.0.113.7, PRIVATE",
    "0.0.0.0, NO_MACHINE",
    "0.1.2.3, NO_MACHINE",
    "223.255.255.255, PUBLIC",
    "224.0.0.1, NO_MACHINE",
    "240.0.0.1, NO_MACHINE",
    "255.255.255.255, NO_MACHINE",
    "::, NO_MACHINE",
    "::1, LOOPBACK",
    "2606:4700::1111, PUBLIC",
    "100::1, NO_MACHINE",
    "2001:db8::1, PRIVATE",
    "fbff::1, PUBLIC",
    "fc00::1, PRIVATE",
    "fdff::1, PRIVATE",
    "fd00:ec2::254, METADATA",
    "fd20:ce::254, METADATA",
    "fe7f::1, PUBLIC",
    "fe80::1, LINK_LOCAL",
    "febf::1, LINK_LOCAL",
    "fec0::1, PRIVATE",
    "feff::1, PRIVATE",
    "ff02::1, NO_MACHINE"
  })
  void everyBlockIsKnownToItsEdges(String address, AddressKind kind) throws Exception {
    assertThat(AddressKind.of(InetAddress.getByName(address))).isEqualTo(kind);
  }

  /** 10.0.0.1 is a00:1, 169.254.169.254 a9fe:a9fe, 127.0.0.1 7f00:1, 8.8.8.8 808:808. */
  @ParameterizedTest
  @CsvSource({
    "::ffff:10.0.0.1, PRIVATE",
    "::ffff:169.254.169.254, METADATA",
    "::ffff:127.0.0.1, LOOPBACK",
    "::ffff:8.8.8.8, PUBLIC",
    "::a00:1, PRIVATE",
    "::7f00:1, PRIVATE",
    "::ffff:0:a9fe:a9fe, METADATA",
    "64:ff9b::a00:1, PRIVATE",
    "64:ff9b::7f00:1, PRIVATE",
    "64:ff9b::a9fe:a9fe, METADATA",
    "64:ff9b::808:808, PUBLIC",
    "64:ff9b:1::808:808, PRIVATE",
    "64:ff9b:1::a9fe:a9fe, METADATA",
    "2002:a00:1::1, PRIVATE",
    "2002:7f00:1::1, PRIVATE",
    "2002:a9fe:a9fe::1, METADATA",
    "2002:808:808::1, PUBLIC",
    "2001:0:808:808:0:0:f5ff:fffe, PRIVATE",
    "2001:0:808:808:0:0:5601:5601, METADATA",
    "2001:0:808:808:0:0:f7f7:f7f7, PUBLIC"
  })
  void aWrappedAddressIsWhatItWraps(String address, AddressKind kind) throws Exception {
    assertThat(AddressKind.of(InetAddress.getByName(address))).isEqualTo(kind);
  }
}
