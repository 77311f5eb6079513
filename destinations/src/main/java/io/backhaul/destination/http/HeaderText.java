/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.DestinationException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What may stand in a request header. A line break would begin a header or a request of somebody
 * else's making; anything but ASCII would be sent as question marks. No message shows a value: many
 * are secrets.
 */
public final class HeaderText {

  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** What the connection is run by, and therefore the transport's alone to set. */
  private static final Set<String> RESERVED =
      Set.of("host", "content-length", "connection", "expect", "upgrade", "transfer-encoding");

  private HeaderText() {}

  /**
   * Passes a header that can be sent as it stands.
   *
   * @throws DestinationException (refused) for any other
   */
  public static void check(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw refused(name, "is no name of a header: letters, digits and hyphens make one");
    }
    if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
      throw refused(name, "belongs to the connection and cannot be set: leave it out");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c > 126) {
        throw refused(name, "has a value that is not ASCII: encode it as the destination asks");
      }
      if (c < ' ' && c != '\t') {
        throw refused(
            name,
            "has a value with a control character, such as a line break at the end of a secret:"
                + " take it out");
      }
    }
  }

  private static DestinationException refused(String name, String message) {
    String shown = name.replaceAll("[^ -~]", "?");
    return DestinationException.refused(
        "HEADER_REFUSED", 0, "the header '" + shown + "' " + message);
  }
}
