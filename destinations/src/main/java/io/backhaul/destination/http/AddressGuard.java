/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.DestinationException;
import java.net.URI;
import java.util.Locale;

/** Decides which addresses credentials and rows may be sent to. Looks up no names. */
public final class AddressGuard {

  private AddressGuard() {}

  /**
   * Accepts https; plain http only for this machine itself or where the owner of the destination
   * file said {@code allow_insecure: true}. Link-local addresses are refused always: cloud machines
   * hand out their own credentials there.
   *
   * @throws DestinationException (refused) for any other address
   */
  public static void check(URI url, boolean allowInsecure) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    String host = url.getHost();
    if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw refused("the url is not an absolute http or https address: write https://host/path");
    }
    if (url.getUserInfo() != null) {
      throw refused("the url of " + host + " holds credentials: name them under auth");
    }
    if (linkLocal(host)) {
      throw refused(host + " is a link-local address, which no destination has");
    }
    if (scheme.equals("http") && !loopback(host) && !allowInsecure) {
      throw refused(
          "plain http would show credentials and rows to the network between here and "
              + host
              + ": use https, or say allow_insecure: true");
    }
  }

  /** Whether the host is this machine, by its literal address or as {@code localhost}. */
  static boolean loopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.\\d{1,3}){3}");
  }

  private static boolean linkLocal(String host) {
    return host.matches("169\\.254(\\.\\d{1,3}){2}")
        || host.toLowerCase(Locale.ROOT).startsWith("[fe80:");
  }

  private static DestinationException refused(String message) {
    return DestinationException.refused("ADDRESS_REFUSED", 0, message);
  }
}
