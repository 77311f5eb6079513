/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.List;
import java.util.Objects;

/**
 * How personal values are kept in the ledger.
 *
 * @param protect what dead letters hold of them
 * @param key the text that the keys of encrypted values are derived from, or {@code null}; secret
 * @param oldKeys that letters of earlier runs may still be encrypted under; secret
 * @param pseudonymKey {@code ledger.pii_key}, or {@code null}; secret
 * @param missing why keys that the file names are not at hand, where a command can do without
 */
public record PiiSpec(
    Protect protect, String key, List<String> oldKeys, String pseudonymKey, List<String> missing) {

  /** What a dead letter holds of a personal value. */
  public enum Protect {
    /** A keyed pseudonym, which nobody can turn back. */
    HASH,
    /** The value, encrypted under {@code pii.key}. */
    ENCRYPT
  }

  /** What holds where the file says nothing. */
  public static final PiiSpec DEFAULT = new PiiSpec(Protect.HASH, null, List.of(), null, List.of());

  public PiiSpec {
    Objects.requireNonNull(protect, "protect");
    oldKeys = List.copyOf(oldKeys);
    missing = List.copyOf(missing);
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "PiiSpec[" + protect + "]";
  }
}
