/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

/**
 * Where Backhaul keeps its own tables; exactly one of path and schema is set.
 *
 * @param path absolute folder or URI of the Delta tables, or {@code null}
 * @param schema catalog schema of the Delta tables, or {@code null}
 * @param journal absolute folder or URI for the outcomes of a run under way, or {@code null} where
 *     none is named
 * @param piiKey the text that the keys for pii fields are derived from, or {@code null}; secret
 */
public record LedgerSpec(String path, String schema, String journal, String piiKey) {

  /** Shows no secret. */
  @Override
  public String toString() {
    return "LedgerSpec[" + (path == null ? "schema " + schema : path) + "]";
  }
}
