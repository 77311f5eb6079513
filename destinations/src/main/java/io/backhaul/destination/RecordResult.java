/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

/** What a destination said of one record of a batch. Every record gets exactly one. */
public sealed interface RecordResult {

  /** The {@link Change#key()} this result is about. */
  String key();

  /**
   * The destination confirmed the change.
   *
   * @param destinationId the destination's own id of the record, or {@code null} if it gave none
   */
  record Applied(String key, String destinationId) implements RecordResult {}

  /**
   * The destination refused this record for good: the same data will be refused again.
   *
   * @param code the vendor's own error code, for example {@code INVALID_EMAIL}
   * @param field the destination field at fault, or {@code null}
   * @param message the vendor's words; may quote the record, so it is redacted before it is stored
   */
  record Rejected(String key, String code, String field, String message) implements RecordResult {}

  /** The destination did not apply this record but may if asked again: a lock, a limit. */
  record Retry(String key, String code) implements RecordResult {}

  /** Nobody can say whether this record was applied. Never counted as either. */
  record Unknown(String key, String reason) implements RecordResult {}
}
