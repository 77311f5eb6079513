/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * What lies behind an IP address. A form of IPv6 that only wraps an IPv4 address (mapped,
 * compatible, translated, NAT64, 6to4, Teredo) is judged by what it wraps.
 */
enum AddressKind {
  /** Somewhere in the internet. */
  PUBLIC("a public address"),
  /** This machine. */
  LOOPBACK("this machine itself"),
  /** A network that is not the internet: private, carrier-grade NAT, site-local, test networks. */
  PRIVATE("a private address"),
  /** The wire a machine hangs on, where clouds put what only the machine itself may ask. */
  LINK_LOCAL("a link-local address"),
  /** A cloud's metadata service, which hands out the machine's credentials. */
  METADATA("a cloud's metadata service"),
  /** Unspecified, multicast, broadcast or reserved. */
  NO_MACHINE("no address of a single machine");

  private record Block(InetAddress start, int bits, AddressKind kind) {
    static Block of(String cidr, AddressKind kind) {
      int slash = cidr.indexOf('/');
      InetAddress start = InetAddresses.literal(cidr.substring(0, slash));
      return new Block(start, Integer.parseInt(cidr.substring(slash + 1)), kind);
    }

    boolean holds(byte[] address) {
      byte[] prefix = start.getAddress();
      if (address.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit & 7);
        if (((address[bit >> 3] ^ prefix[bit >> 3]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** The first block that holds an address says what it is. */
  private static final List<Block> BLOCKS =
      List.of(
          Block.of("169.254.169.254/32", METADATA),
          Block.of("169.254.170.2/32", METADATA), // AWS, containers
          Block.of("100.100.100.200/32", METADATA), // Alibaba
          Block.of("168.63.129.16/32", METADATA), // Azure
          Block.of("192.0.0.192/32", METADATA), // Oracle
          Block.of("169.254.0.0/16", LINK_LOCAL),
          Block.of("0.0.0.0/8", NO_MACHINE),
          Block.of("10.0.0.0/8", PRIVATE),
          Block.of("100.64.0.0/10", PRIVATE),
          Block.of("127.0.0.0/8", LOOPBACK),
          Block.of("172.16.0.0/12", PRIVATE),
          Block.of("192.0.0.0/24", PRIVATE),
          Block.of("192.0.2.0/24", PRIVATE),
          Block.of("192.168.0.0/16", PRIVATE),
          Block.of("198.18.0.0/15", PRIVATE),
          Block.of("198.51.100.0/24", PRIVATE),
          Block.of("203.0.113.0/24", PRIVATE),
          Block.of("224.0.0.0/3", NO_MACHINE),
          Block.of("fd00:ec2::254/128", METADATA), // AWS
          Block.of("fd20:ce::254/128", METADATA), // Google
          Block.of("::1/128", LOOPBACK),
          Block.of("::/128", NO_MACHINE),
          Block.of("100::/64", NO_MACHINE),
          Block.of("2001:db8::/32", PRIVATE),
          Block.of("fc00::/7", PRIVATE),
          Block.of("fe80::/10", LINK_LOCAL),
          Block.of("fec0::/10", PRIVATE),
          Block.of("ff00::/8", NO_MACHINE));

  /** Blocks whose addresses wrap an IPv4 address, and where in the sixteen bytes it stands. */
  private enum Wrapping {
    COMPATIBLE("::/96", 12),
    MAPPED("::ffff:0:0:0/96", 12), // translated (SIIT); Java itself unwraps ::ffff:0:0/96
    NAT64("64:ff9b::/96", 12),
    LOCAL_NAT64("64:ff9b:1::/48", 12),
    SIX_TO_FOUR("2002::/16", 2),
    TEREDO("2001::/32", 12);

    private final Block block;
    private final int at;

    Wrapping(String cidr, int at) {
      this.block = Block.of(cidr, PUBLIC);
      this.at = at;
    }

    byte[] unwrap(byte[] address) {
      byte[] inner = Arrays.copyOfRange(address, at, at + 4);
      if (this == TEREDO) {
        for (int i = 0; i < inner.length; i++) {
          inner[i] = (byte) ~inner[i];
        }
      }
      return inner;
    }

    /** Nobody reaches this machine, or the internet, through a NAT64 of their own network. */
    AddressKind outer(AddressKind inner) {
      boolean local = this == LOCAL_NAT64 && inner == PUBLIC;
      return inner == LOOPBACK || local ? PRIVATE : inner;
    }
  }

  private final String words;

  AddressKind(String words) {
    this.words = words;
  }

  /** What it is, to be said after "is" or "leads to". */
  String words() {
    return words;
  }

  static AddressKind of(InetAddress address) {
    return of(address.getAddress());
  }

  private static AddressKind of(byte[] address) {
    for (Block block : BLOCKS) {
      if (block.holds(address)) {
        return block.kind();
      }
    }
    for (Wrapping wrapping : Wrapping.values()) {
      if (wrapping.block.holds(address)) {
        return wrapping.outer(of(wrapping.unwrap(address)));
      }
    }
    return PUBLIC;
  }
}
