/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.Auth;
import io.backhaul.destination.http.HttpKeys;
import io.backhaul.destination.http.HttpSettings;
import java.util.Locale;

/**
 * A destination file of type {@code klaviyo}, read.
 *
 * <p>Limits (OpenAPI, revision 2026-07-15): a bulk import takes 10,000 profiles of 100 KB each and
 * 5 MB in all, 10 a second and 150 a minute. The default rate is that of a minute, and of the bytes
 * enough are left for what stands around each profile.
 *
 * @param api how profiles are upserted
 */
record KlaviyoConfig(HttpSettings http, Api api) {

  /** By which of Klaviyo's two ways profiles are upserted. */
  enum Api {
    /** As a job of up to 10,000 profiles. */
    BULK,
    /** One by one: tells Klaviyo's id of each, at 750 a minute. */
    SINGLE,
    /** One by one where that is done sooner than a job. */
    AUTO;

    /** A job is asked after at least twice. */
    private static final int FEW = 5;

    boolean bulk(int records) {
      return this == BULK || (this == AUTO && records > FEW);
    }
  }

  private static final HttpKeys KEYS =
      new HttpKeys("https://a.klaviyo.com", 10_000, 1_000, 4 << 20, 2.5, 4);

  /** The scheme of a private key, which is Klaviyo's own. */
  private static final String SCHEME = "Klaviyo-API-Key ";

  static Shape.Obj shape() {
    return KEYS.shape(
        Key.optional(
            "api_key",
            Shape.secret(),
            "Private API key (pk_…); sent as Authorization: Klaviyo-API-Key. Apps with OAuth leave"
                + " it out and have an auth section."),
        Key.optional(
            "api",
            Shape.choice("bulk", "single", "auto"),
            "bulk",
            "How profiles are upserted: bulk as an import job, single one by one, which tells"
                + " Klaviyo's ids, auto one by one where there are few."));
  }

  /**
   * Reads properties of this {@link #shape}.
   *
   * @throws DestinationException (refused) if there are two sorts of credentials
   */
  static KlaviyoConfig read(ObjectNode properties) {
    HttpSettings http = KEYS.read(properties);
    String key = properties.path("api_key").asText("");
    if (!key.isBlank()) {
      if (!(http.auth() instanceof Auth.None)) {
        throw DestinationException.refused(
            "AUTH_AMBIGUOUS", 0, "there is an api_key and an auth section: leave one of them out");
      }
      Auth auth = new Auth.ApiKeyHeader("Authorization", SCHEME + key);
      auth.header(); // refuses what no header can hold
      http = with(http, auth);
    }
    String api = properties.path("api").asText("bulk");
    return new KlaviyoConfig(http, Api.valueOf(api.toUpperCase(Locale.ROOT)));
  }

  private static HttpSettings with(HttpSettings http, Auth auth) {
    return new HttpSettings(
        http.url(),
        auth,
        http.timeout(),
        http.maxRecords(),
        http.maxBytes(),
        http.requestsPerSecond(),
        http.concurrency(),
        http.allowInsecure(),
        http.allowPrivateNetworks());
  }
}
