/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.DestinationException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;

/**
 * Makes sure that a request goes to an address the {@link AddressGuard} has judged, also when the
 * name leads elsewhere a moment later (DNS rebinding). The JDK's client looks names up for itself
 * and offers no hook, so there are two ways:
 *
 * <ul>
 *   <li><b>http</b>: the request is addressed to the judged IP address itself, with the name in
 *       {@code Host}. The client has nothing left to look up, so no window remains.
 *   <li><b>https</b>: every address of the name is judged right before the request; the client
 *       looks the name up again when it connects, as a rule in the JVM's cache of answers. Should
 *       it lead elsewhere by then, that machine gets a connection and a TLS greeting, and no byte
 *       of HTTP unless it has a certificate for the very name, by an authority this JVM trusts.
 *       Addressing https by IP would be worse: a certificate for the IP address would then do.
 * </ul>
 *
 * <p>Where the JVM has a proxy for the url ({@code https.proxyHost} and its like), the proxy looks
 * the name up and connects: only what the url itself says is judged here, the rest is the proxy's.
 */
final class Routes {

  /** Read by the JDK's client once, when its first class is loaded: no later than this one. */
  private static final String SETTABLE_HEADERS = "jdk.httpclient.allowRestrictedHeaders";

  static {
    String before = System.getProperty(SETTABLE_HEADERS, "");
    System.setProperty(SETTABLE_HEADERS, before.isBlank() ? "host" : before + ",host");
  }

  private final AddressGuard guard;
  private final ProxySelector proxies;

  /** The last url that names its address itself and was found good: it will be good again. */
  private volatile URI judged;

  /**
   * @param proxies the JVM's, or {@code null} where it has none
   */
  Routes(AddressGuard guard, ProxySelector proxies) {
    this.guard = guard;
    this.proxies = proxies;
  }

  /** Whether {@link #to} asks no name service: the url says which address it means. */
  boolean atOnce(URI url) {
    return url.getHost() != null && InetAddresses.literal(url.getHost()) != null;
  }

  /**
   * A request to the url, as yet with nothing in it. May take as long as the name service takes.
   *
   * @throws DestinationException if the url may not be used or leads nowhere
   */
  HttpRequest.Builder to(URI url) {
    if (url.equals(judged)) {
      return HttpRequest.newBuilder(url);
    }
    guard.check(url);
    if (proxied(url)) {
      return HttpRequest.newBuilder(url);
    }
    List<InetAddress> addresses = guard.judged(url);
    if (InetAddresses.literal(url.getHost()) != null) {
      judged = url;
      return HttpRequest.newBuilder(url);
    }
    if (url.getScheme().toLowerCase(Locale.ROOT).equals("https")) {
      return HttpRequest.newBuilder(url);
    }
    HttpRequest.Builder pinned = HttpRequest.newBuilder(pinned(url, addresses.get(0)));
    try {
      return pinned.setHeader("Host", url.getRawAuthority());
    } catch (IllegalArgumentException e) {
      if (url.getHost().equalsIgnoreCase("localhost")) {
        return pinned; // a server on this machine goes by its address as well
      }
      throw DestinationException.refused(
          "ADDRESS_REFUSED",
          0,
          "plain http to the name "
              + url.getHost()
              + " cannot be kept to the address that was checked, because something else in this"
              + " JVM has used its HTTP client before: use https, or start Java with -D"
              + SETTABLE_HEADERS
              + "=host");
    }
  }

  private boolean proxied(URI url) {
    return proxies != null
        && proxies.select(url).stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
  }

  private static URI pinned(URI url, InetAddress address) {
    String literal = address.getHostAddress().replaceAll("%.*", "");
    String host = address instanceof Inet6Address ? "[" + literal + "]" : literal;
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return URI.create(url.getScheme() + "://" + host + port + url.getRawPath() + query);
  }
}
