/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.HttpKeys;
import io.backhaul.destination.http.HttpSettings;

/**
 * A destination file of type {@code zendesk}, read.
 *
 * <p>Limits ("Rate limits", 2026): 100 records a job, 30 jobs queued or running; requests a minute
 * 200 on Team, 400 on Growth and Professional, 700 on Enterprise. The default is that of Team.
 * Zendesk documents no limit of bytes.
 *
 * @param ticketKeys whether tickets are created one by one, each under an idempotency key
 */
record ZendeskConfig(HttpSettings http, boolean ticketKeys) {

  private static final HttpKeys KEYS = new HttpKeys(null, 100, 100, 4 << 20, 3, 4, "/oauth/tokens");

  static Shape.Obj shape() {
    return KEYS.shape(
        Key.optional(
            "ticket_keys",
            new Shape.Flag(),
            "false",
            "Whether tickets are created one by one, each under an idempotency key that Zendesk"
                + " honours for two hours, so that a call whose answer was lost is made again and"
                + " creates no second ticket. Otherwise 100 at a time, and such a call is not made"
                + " again."));
  }

  /** Reads properties of this {@link #shape}. */
  static ZendeskConfig read(ObjectNode properties) {
    return new ZendeskConfig(
        KEYS.read(properties), properties.path("ticket_keys").asBoolean(false));
  }
}
