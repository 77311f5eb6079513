/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** IP addresses written out, read without asking any name service. */
final class InetAddresses {

  private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
  private static final Pattern NUMERIC = Pattern.compile("(?i)(.*\\.)?(0x[0-9a-f]*|\\d+)\\.?");

  private InetAddresses() {}

  /**
   * An IPv4 address as four decimal numbers or an IPv6 address, in brackets or not, its zone left
   * out.
   *
   * @return {@code null} if the host is no such address
   */
  static InetAddress literal(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    int zone = bare.indexOf('%');
    String address = zone < 0 ? bare : bare.substring(0, zone);
    if (!IPV4.matcher(address).matches() && !IPV6.matcher(address).matches()) {
      return null;
    }
    try {
      // The forms above are never looked up.
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /**
   * Whether a host that is no {@link #literal} reads like a number all the same: {@code
   * 2130706433}, {@code 0x7f.1} and {@code 0177.0.0.1} are 127.0.0.1 to one resolver and something
   * else to the next.
   */
  static boolean readsLikeANumber(String host) {
    return literal(host) == null && NUMERIC.matcher(host).matches();
  }
}
