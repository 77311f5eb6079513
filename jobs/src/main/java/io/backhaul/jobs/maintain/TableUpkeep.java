/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.maintain;

/**
 * What was done to one table of the ledger, or would be.
 *
 * @param table its name, {@code state acme/contacts} for a table of one sync
 * @param rowsExpired rows removed because their term is over
 * @param filesCompacted small files that were put together into larger ones
 * @param bytesFreed size of the files that were removed from storage
 * @param note what was left for the next time and why, or why it failed; {@code null} if all was
 *     done
 * @param failed whether something went wrong that does not pass by itself
 */
public record TableUpkeep(
    String table,
    long rowsExpired,
    long filesCompacted,
    long bytesFreed,
    String note,
    boolean failed) {}
