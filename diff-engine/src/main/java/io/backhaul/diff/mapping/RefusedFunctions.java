/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import io.backhaul.diff.reach.OutsideFunctions;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Built-in functions, of Spark and of platforms around it, that a row's value may not rest on. */
final class RefusedFunctions {

  private static final Map<String, String> REASONS = new HashMap<>();

  static {
    refuse(
        "it tells where a row was read, which says nothing about the row",
        "spark_partition_id",
        "monotonically_increasing_id");
    refuse(
        "it gives another answer each time, so every row would look changed",
        "rand",
        "random",
        "randn",
        "randstr",
        "uniform",
        "uuid",
        "shuffle",
        "aes_encrypt",
        "try_aes_encrypt");
    refuse(
        "it depends on when the sync is run, so every row would look changed",
        "now",
        "curdate",
        "current_date",
        "current_time",
        "current_timestamp",
        "localtimestamp");
    refuse(
        "it ends the whole run for one row; use `validate` to keep a row back",
        "raise_error",
        "assert_true");
    refuse("it groups rows by time", "window", "session_window", "window_time");
  }

  private RefusedFunctions() {}

  private static void refuse(String reason, String... names) {
    List.of(names).forEach(name -> REASONS.put(name, reason));
  }

  /** Why a function is refused, as a clause; nothing if it is not. */
  static Optional<String> reason(String name) {
    return OutsideFunctions.reason(name)
        .map(reason -> reason + "; leave it out")
        .or(() -> Optional.ofNullable(REASONS.get(name.toLowerCase(Locale.ROOT))));
  }
}
