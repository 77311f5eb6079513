/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import io.backhaul.destination.DestinationException;
import java.util.regex.Pattern;

/**
 * What is written to.
 *
 * @param channel an id, a {@code #name} or an {@code @email}; {@code null} where each record says
 */
record SlackObject(String channel) {

  /** Public (C) and private (G) channels, direct messages (D), and users (U, W). */
  private static final Pattern ID = Pattern.compile("[CGDUW][A-Z0-9]{2,}");

  private static final String CHANNELS = "channels/";

  /**
   * Reads the object of a batch.
   *
   * @throws DestinationException (refused) if it is none of Slack's
   */
  static SlackObject of(String object) {
    if (object.equals("messages")) {
      return new SlackObject(null);
    }
    if (object.startsWith(CHANNELS) && object.length() > CHANNELS.length()) {
      String name = object.substring(CHANNELS.length());
      return new SlackObject(isAddress(name) ? name : "#" + name);
    }
    if (isAddress(object)) {
      return new SlackObject(object);
    }
    throw DestinationException.refused(
        "OBJECT_UNKNOWN",
        0,
        "'"
            + object
            + "' is no object of Slack, as messages, #name, channels/name, C0123456789 and"
            + " @name@example.com are");
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  private static boolean isAddress(String text) {
    return isId(text) || text.matches("[#@].+");
  }
}
