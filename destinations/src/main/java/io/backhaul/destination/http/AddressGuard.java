/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.DestinationException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Decides which addresses credentials and rows may be sent to. Immutable.
 *
 * <ul>
 *   <li>https, unless it is this machine or the destination says {@code allow_insecure: true}.
 *   <li>This machine only where the url says so: as {@code localhost}, 127.x.x.x or [::1]. Any
 *       other name that leads here is how somebody else's name server reaches our local services,
 *       and needs {@code allow_private_networks: true}, as do private networks.
 *   <li>Never a link-local address, a cloud's metadata service, or an address of no single machine.
 * </ul>
 *
 * A name is as good as the worst of its addresses.
 */
public final class AddressGuard {

  /** Looks a name up: all its addresses, the one to use first. */
  @FunctionalInterface
  interface Names {
    Names SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    List<InetAddress> of(String host) throws UnknownHostException;
  }

  private static final Set<String> METADATA_NAMES =
      Set.of(
          "metadata",
          "metadata.google.internal",
          "metadata.goog",
          "instance-data",
          "instance-data.ec2.internal",
          "metadata.tencentyun.com");

  private final boolean allowInsecure;
  private final boolean allowPrivateNetworks;
  private final Names names;

  /** A guard that asks the system's name service. */
  public AddressGuard(boolean allowInsecure, boolean allowPrivateNetworks) {
    this(allowInsecure, allowPrivateNetworks, Names.SYSTEM);
  }

  AddressGuard(boolean allowInsecure, boolean allowPrivateNetworks, Names names) {
    this.allowInsecure = allowInsecure;
    this.allowPrivateNetworks = allowPrivateNetworks;
    this.names = names;
  }

  /**
   * Judges what can be seen from the url itself; looks nothing up.
   *
   * @throws DestinationException (refused) if it may not be used
   */
  public void check(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    String host = url.getHost();
    boolean web = scheme.equals("https") || scheme.equals("http");
    String written = host == null ? url.getRawAuthority() : host;
    if (web
        && written != null
        && InetAddresses.readsLikeANumber(written.replaceAll(":\\d*$", ""))) {
      throw refused(
          written
              + " is an address in a form that is read in more than one way: write it as four"
              + " decimal numbers without leading zeros");
    }
    if (host == null || !web) {
      throw refused("the url is not an absolute http or https address: write https://host/path");
    }
    if (url.getRawUserInfo() != null) {
      throw refused("the url of " + host + " holds credentials: name them under auth");
    }
    if (METADATA_NAMES.contains(host.toLowerCase(Locale.ROOT).replaceAll("\\.$", ""))) {
      throw refused(host + " is a cloud's metadata service, which no destination is: correct url");
    }
    InetAddress literal = InetAddresses.literal(host);
    if (literal != null) {
      judge(host, "is", AddressKind.of(literal), true);
    }
    if (scheme.equals("http") && !allowInsecure && !namesThisMachine(host)) {
      throw refused(
          "plain http would show credentials and rows to the network between here and "
              + host
              + ": use https, or say allow_insecure: true");
    }
  }

  /**
   * Judges the url and every address that its host has now.
   *
   * @return the addresses, the one to connect to first
   * @throws DestinationException (refused) if it may not be used; (unavailable) if the name has no
   *     address
   */
  List<InetAddress> judged(URI url) {
    check(url);
    String host = url.getHost();
    InetAddress literal = InetAddresses.literal(host);
    if (literal != null) {
      return List.of(literal);
    }
    List<InetAddress> addresses = lookedUp(host);
    addresses.forEach(address -> judge(host, address));
    return addresses;
  }

  /**
   * Judges an address that a name led to; for clients that look names up by themselves.
   *
   * @param host as the url has it
   * @throws DestinationException (refused) if it may not be connected to
   */
  public void judge(String host, InetAddress address) {
    AddressKind kind = AddressKind.of(address);
    if (InetAddresses.literal(host) != null) {
      judge(host, "is", kind, true);
      return;
    }
    String leads = "leads to " + address.getHostAddress() + ",";
    if (host.equalsIgnoreCase("localhost") && kind != AddressKind.LOOPBACK) {
      throw refused("localhost " + leads + " which is not this machine: correct it in /etc/hosts");
    }
    judge(host, leads, kind, host.equalsIgnoreCase("localhost"));
  }

  /** Whether the host is this machine, by its literal address or as {@code localhost}. */
  public static boolean namesThisMachine(String host) {
    InetAddress literal = InetAddresses.literal(host);
    return literal == null
        ? host.equalsIgnoreCase("localhost")
        : AddressKind.of(literal) == AddressKind.LOOPBACK;
  }

  private List<InetAddress> lookedUp(String host) {
    try {
      return names.of(host);
    } catch (UnknownHostException e) {
      throw DestinationException.unavailable(
          "UNKNOWN_HOST",
          0,
          Duration.ZERO,
          "no address is known for " + host + ": check the host in url, and this machine's DNS");
    }
  }

  private void judge(String host, String verb, AddressKind kind, boolean saysSo) {
    String finding = host + " " + verb + " " + kind.words();
    switch (kind) {
      case PUBLIC -> {
        // As it should be.
      }
      case LOOPBACK -> {
        if (!saysSo && !allowPrivateNetworks) {
          throw refused(
              finding
                  + ": write localhost in url if it is meant, or say"
                  + " allow_private_networks: true");
        }
      }
      case PRIVATE -> {
        if (!allowPrivateNetworks) {
          throw refused(
              finding
                  + ": use the public address, or say allow_private_networks: true if the"
                  + " destination is in your own network");
        }
      }
      case LINK_LOCAL, METADATA, NO_MACHINE ->
          throw refused(finding + ", which no destination has: correct the host in url");
    }
  }

  private static DestinationException refused(String message) {
    return DestinationException.refused("ADDRESS_REFUSED", 0, message);
  }
}
