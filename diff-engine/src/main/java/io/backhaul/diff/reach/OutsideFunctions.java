/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Functions, of Spark and of platforms around it, that reach beyond the rows they are given. */
public final class OutsideFunctions {

  private static final Set<String> RUN_CODE = Set.of("reflect", "java_method", "try_reflect");

  private static final Map<String, String> REASONS = new HashMap<>();

  static {
    RUN_CODE.forEach(name -> refuse("it runs Java code outside the expression", name));
    refuse(
        "it tells where a row was read, which says nothing about the row",
        "input_file_name",
        "input_file_block_start",
        "input_file_block_length");
    refuse(
        "it tells of the session and of who runs it, not of the rows",
        "current_user",
        "session_user",
        "user",
        "current_catalog",
        "current_database",
        "current_schema",
        "current_metastore",
        "current_recipient",
        "current_version",
        "current_timezone",
        "is_member",
        "is_account_group_member",
        "version");
    refuse("it reads a secret into a field", "secret", "try_secret");
    refuse(
        "it may read a file or an address that its options name",
        "from_avro",
        "from_protobuf",
        "to_protobuf");
    refuse("it calls a service outside Spark", "http_request", "remote_query");
  }

  private OutsideFunctions() {}

  private static void refuse(String reason, String... names) {
    List.of(names).forEach(name -> REASONS.put(name, reason));
  }

  /** Why a function reaches outside, as a clause; nothing if it does not. */
  public static Optional<String> reason(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("ai_")
        ? Optional.of("it calls a service outside Spark")
        : Optional.ofNullable(REASONS.get(lower));
  }

  /** Whether it runs what it is told to: nobody's query needs that. */
  static boolean runsCode(String name) {
    return RUN_CODE.contains(name.toLowerCase(Locale.ROOT));
  }
}
