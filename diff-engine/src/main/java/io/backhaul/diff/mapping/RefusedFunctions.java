/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Built-in functions, of Spark and of platforms around it, that a row's value may not rest on. */
final class RefusedFunctions {

  private static final Map<String, String> REASONS = new HashMap<>();

  static {
    refuse("it runs Java code outside the expression", "reflect", "java_method", "try_reflect");
    refuse(
        "it tells where a row was read, which says nothing about the row",
        "input_file_name",
        "input_file_block_start",
        "input_file_block_length",
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
        "it depends on when or by whom the sync is run, so every row would look changed",
        "now",
        "curdate",
        "current_date",
        "current_time",
        "current_timestamp",
        "localtimestamp",
        "current_timezone",
        "current_user",
        "session_user",
        "user",
        "current_catalog",
        "current_database",
        "current_schema",
        "current_metastore",
        "current_recipient",
        "current_version",
        "is_member",
        "is_account_group_member",
        "version");
    refuse(
        "it ends the whole run for one row; use `validate` to keep a row back",
        "raise_error",
        "assert_true");
    refuse("it reads a secret into a field", "secret", "try_secret");
    refuse("it calls a service outside Spark", "http_request", "remote_query");
    refuse("it groups rows by time", "window", "session_window", "window_time");
  }

  private RefusedFunctions() {}

  private static void refuse(String reason, String... names) {
    List.of(names).forEach(name -> REASONS.put(name, reason));
  }

  /** Why a function is refused, as a clause; nothing if it is not. */
  static Optional<String> reason(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("ai_")
        ? Optional.of("it calls a service outside Spark")
        : Optional.ofNullable(REASONS.get(lower));
  }
}
