/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * What Snowflake's connector is told. Options that it does not know it hands to Snowflake's JDBC
 * driver.
 */
final class SnowflakeOptions {

  /** The connector's name among Spark's data sources. */
  static final String FORMAT = "snowflake";

  /**
   * The connector gathers chunks of a result into partitions of so much, before compression. Its
   * own 100 MB would leave most executors idle at a million rows.
   */
  private static final String PARTITION_MB = "16";

  static final String LOGIN_SECONDS = "60";

  static final String APPLICATION = "Backhaul";

  private SnowflakeOptions() {}

  static Map<String, String> of(SourceSpec.Snowflake spec) {
    URI url = URI.create(spec.url());
    Map<String, String> options = new HashMap<>();
    options.put("sfURL", url.getAuthority());
    options.put("sfSSL", url.getScheme().equals("https") ? "on" : "off");
    options.put("sfDatabase", spec.database());
    put(options, "sfSchema", spec.schema());
    put(options, "sfWarehouse", spec.warehouse());
    put(options, "sfRole", spec.role());
    put(options, "sfUser", spec.login().user());
    if (spec.login().token() != null) {
      options.put("sfAuthenticator", "oauth");
      options.put("sfToken", spec.login().token());
    } else {
      options.put("pem_private_key", PemKey.base64(spec.login()));
    }
    options.put("partition_size_in_mb", PARTITION_MB);
    // names of columns as they are, without quotes in them
    options.put("keep_column_case", "on");
    // a connection that is kept would be the same one after its session has ended
    options.put("support_share_connection", "false");
    // what runs in the background fails without its error number, and is polled for in half seconds
    options.put("internal_execute_query_in_sync_mode", "true");
    // the connector for Scala 2.13 would rewrite plans of a Spark that it does not know
    options.put("autopushdown", "off");
    options.put("loginTimeout", LOGIN_SECONDS);
    options.put("application", APPLICATION);
    // errors are for who runs Backhaul, not for the driver's maker
    options.put("CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED", "false");
    return options;
  }

  private static void put(Map<String, String> options, String name, String value) {
    if (value != null) {
      options.put(name, value);
    }
  }
}
