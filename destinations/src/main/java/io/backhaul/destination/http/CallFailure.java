/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.DestinationException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** What a call that ended without an answer means, and what can be done about it. */
final class CallFailure {

  private final URI url;
  private final OnceBody body;

  CallFailure(URI url, OnceBody body) {
    this.url = url;
    this.body = body;
  }

  /** What an exception of the JDK's client means. */
  DestinationException of(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof DestinationException known) {
        return known;
      }
      if (at instanceof UnresolvedAddressException) {
        return unavailable(
            "UNKNOWN_HOST", "no address is known for " + url.getHost() + ": check the host in url");
      }
      if (at instanceof SSLException && beforeAnyRequest(at)) {
        // The body may have been handed over; it waits in the client until TLS stands.
        return hungUp(at)
            ? unavailable("CONNECTION_LOST", brokenOff())
            : DestinationException.refused("TLS_FAILED", 0, distrust(at));
      }
    }
    if (cause instanceof HttpConnectTimeoutException) {
      return unavailable(
          "CONNECT_TIMEOUT",
          "no connection to " + machine() + " in time: check the host in url, and firewalls");
    }
    if (cause instanceof ConnectException) {
      return unavailable(
          "CONNECTION_REFUSED",
          machine() + " takes no connection: is it running, and is the port in url right?");
    }
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof IOException) {
      return lost("CONNECTION_LOST", brokenOff());
    }
    return lost("TRANSPORT_FAILED", "the request failed: " + cause.getClass().getName());
  }

  /** A call that was ended from here: nothing was applied only if nothing was handed over. */
  DestinationException lost(String code, String message) {
    return body.handedOver()
        ? DestinationException.inDoubt(code, 0, message)
        : unavailable(code, message);
  }

  private static DestinationException unavailable(String code, String message) {
    return DestinationException.unavailable(code, 0, Duration.ZERO, message);
  }

  private String machine() {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  private String brokenOff() {
    return "the connection to "
        + machine()
        + " broke off: if it always does, check whether url should say http or https";
  }

  /** Whether the handshake failed, or the very first bytes of the server were no TLS. */
  private static boolean beforeAnyRequest(Throwable failure) {
    return failure instanceof SSLHandshakeException || says(failure, "unrecognized SSL message");
  }

  /** A server that hangs up during the handshake said nothing about trust. */
  private static boolean hungUp(Throwable failure) {
    return says(failure, "terminated the handshake");
  }

  private static boolean says(Throwable failure, String words) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains(words.toLowerCase(Locale.ROOT));
  }

  private String distrust(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof CertificateExpiredException
          || at instanceof CertificateNotYetValidException) {
        return "the certificate of "
            + machine()
            + " is out of its dates: its owner must renew it (or this machine's clock is wrong)";
      }
      if (at instanceof CertPathBuilderException) {
        return "the certificate of "
            + machine()
            + " comes from no authority that this JVM trusts: if it is your own, put the"
            + " authority's certificate into the JVM's trust store (javax.net.ssl.trustStore)";
      }
      if (at.getClass() == CertificateException.class) {
        return "the certificate of "
            + machine()
            + " is for another name: put the name it is for into url, or have it made anew";
      }
    }
    return "no TLS connection to "
        + machine()
        + ": check that the port in url speaks TLS, and in a version this JVM allows";
  }
}
