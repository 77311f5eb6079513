/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.alert;

import java.time.Instant;

/**
 * Something that goes on only when a person does something.
 *
 * @param event what happened, for programs, such as {@code sync_parked}
 * @param tenant whose sync it is
 * @param sync its name within the tenant
 * @param error code or redacted words, or {@code null}
 * @param text for people: what happened, and what to do
 * @param at when (UTC)
 */
public record Alert(
    String event, String tenant, String sync, String error, String text, Instant at) {

  /** A sync failed so often in a row that its fleet runs it no more. */
  public static Alert parked(String tenant, String sync, String error, Instant at) {
    String id = tenant + "/" + sync;
    return new Alert(
        "sync_parked",
        tenant,
        sync,
        error,
        id
            + " is parked, since it failed too often in a row"
            + (error == null ? "" : " (" + error + ")")
            + "; mend it, then: backhaul resume "
            + id,
        at);
  }
}
