/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Op;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.HttpKeys;
import io.backhaul.destination.http.HttpSettings;
import java.util.Optional;
import java.util.Set;

/**
 * A destination file of type {@code slack}, read.
 *
 * <p>Limits: one message a call, about one message a second and channel, and a limit of the
 * workspace's that is not told ("Rate limits", docs.slack.dev, 2026). Whoever writes to many
 * channels may raise {@code rate.requests_per_second}.
 *
 * @param channel where messages go whose record does not say; {@code null} for nowhere
 * @param text words a message's text
 * @param blocks words its blocks
 */
record SlackConfig(
    HttpSettings http,
    String channel,
    Optional<SlackTemplate> text,
    Optional<SlackTemplate> blocks) {

  /** No upsert: Slack finds no message by a key of ours, so that one sent again comes twice. */
  static final Set<Op> OPS = Set.of(Op.INSERT, Op.UPDATE, Op.DELETE);

  private static final HttpKeys KEYS = new HttpKeys("https://slack.com", 1, 1, 1 << 20, 1, 1);

  static Shape.Obj shape() {
    return KEYS.shape(
        Key.optional(
            "channel",
            Shape.text(),
            "Where messages of the object messages go whose record names neither channel nor"
                + " email: an id, a #name, or an @email."),
        Key.optional(
            "text",
            Shape.text(),
            "JSLT that makes a message's text of a row; the field text if left out."),
        Key.optional(
            "blocks",
            Shape.text(),
            "JSLT that makes a message's Block Kit blocks of a row; the field blocks if left"
                + " out."));
  }

  /** Reads properties of this {@link #shape}. */
  static SlackConfig read(ObjectNode properties) {
    return new SlackConfig(
        KEYS.read(properties),
        properties.path("channel").asText(null),
        template(properties, "text"),
        template(properties, "blocks"));
  }

  private static Optional<SlackTemplate> template(ObjectNode properties, String key) {
    return properties.hasNonNull(key)
        ? Optional.of(SlackTemplate.of(key, properties.get(key).asText()))
        : Optional.empty();
  }
}
