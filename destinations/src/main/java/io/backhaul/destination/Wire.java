/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Carries requests in place of the network, so that one can see what a destination would send and
 * how it reads an answer. Where there is one, no token is fetched and no name is looked up.
 */
@FunctionalInterface
public interface Wire {

  /**
   * Takes a request and answers it.
   *
   * @throws DestinationException as the network would
   */
  Reply exchange(Request request);

  /**
   * A request as it would be sent, credentials included.
   *
   * @param headers name to value; names as they are written
   * @param body bytes of it, or {@code null} for none
   */
  @SuppressWarnings("ArrayRecordComponent") // not copied, never compared
  record Request(String method, URI uri, Map<String, String> headers, byte[] body) {
    public Request {
      Objects.requireNonNull(method, "method");
      Objects.requireNonNull(uri, "uri");
      headers = Map.copyOf(headers);
    }

    /** Neither address nor headers nor body: all may hold what is nobody's business. */
    @Override
    public String toString() {
      return "Request[" + method + "]";
    }
  }

  /** A complete answer. */
  @SuppressWarnings("ArrayRecordComponent") // not copied, never compared
  record Reply(int status, Map<String, List<String>> headers, byte[] body) {
    public Reply {
      headers = Map.copyOf(headers);
      Objects.requireNonNull(body, "body");
    }

    @Override
    public String toString() {
      return "Reply[" + status + ", " + body.length + " bytes]";
    }
  }
}
