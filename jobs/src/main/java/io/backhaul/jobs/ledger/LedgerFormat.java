/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.ledger;

import io.backhaul.diff.state.TableRef;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * What a version of Backhaul must know to work on a ledger: how its tables, and the journals beside
 * them, are to be read. Each shared table carries the number as a property. A version that changes
 * the format raises the property of every table, {@code leases} first, before it writes anything in
 * the new way; every run takes its lease first and so meets it.
 */
final class LedgerFormat {

  /** The newest format that this version knows. */
  static final int KNOWN = 1;

  /** The first version of Backhaul that knows it. */
  private static final String SINCE = "0.1.0";

  private static final String NUMBER = "backhaul.ledger.format";
  private static final String VERSION = "backhaul.ledger.since";

  /** Properties of a table that is created now. */
  static final Map<String, String> PROPERTIES =
      Map.of(NUMBER, Integer.toString(KNOWN), VERSION, SINCE);

  private LedgerFormat() {}

  /**
   * Refuses a table in a format that this version does not know. A table without the property is in
   * the first one.
   *
   * @throws NewerLedgerException naming the version to use
   */
  static void check(SparkSession spark, TableRef table) {
    String number = table.property(spark, NUMBER);
    if (number == null || Integer.toString(KNOWN).equals(number)) {
      return;
    }
    String since = table.property(spark, VERSION);
    throw new NewerLedgerException(
        "the ledger table "
            + table
            + " is in format "
            + number
            + ", and this version of Backhaul knows formats up to "
            + KNOWN
            + "; use Backhaul >= "
            + (since == null ? "the version that wrote it" : since)
            + " wherever this ledger is used, or name another ledger in backhaul.yaml. Nothing was"
            + " read or sent");
  }
}
