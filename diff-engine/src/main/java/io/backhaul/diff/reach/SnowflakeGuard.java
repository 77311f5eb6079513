/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets a source of Snowflake through only if its address is that of a machine and no more, and, of
 * a tenant, of one that it may reach. What the tenant may read there is for Snowflake to say: it
 * logs in as itself.
 */
public final class SnowflakeGuard {

  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?<scheme>https?)://(?<host>[A-Za-z0-9][A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+\\])"
              + "(:(?<port>[0-9]{1,5}))?");

  /** In the middle of a name, {@code AT} would belong to another one. */
  private static final String PART = "([A-Za-z_][A-Za-z0-9_$]*|\"([^\"]|\"\")+\")";

  private static final Pattern TABLE = Pattern.compile(PART + "(\\." + PART + "){0,2}");

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.[0-9.]+|\\[::1\\]", Pattern.CASE_INSENSITIVE);

  private static final Pattern PINNED = Pattern.compile("\\bAT\\s*\\{pinned}");

  private SnowflakeGuard() {}

  /**
   * Why an address may not be used, and what to do about it; nothing if it may.
   *
   * @param reach of the tenant whose address it is, or {@code null} where there are no tenants
   */
  public static Optional<String> urlRefusal(String url, Reach reach) {
    Matcher address = ADDRESS.matcher(url);
    if (!address.matches()) {
      return Optional.of(
          "is not the address of an account; write https://account.snowflakecomputing.com, and"
              + " nothing after the host and its port");
    }
    String host = address.group("host");
    if (address.group("scheme").equals("http") && !LOOPBACK.matcher(host).matches()) {
      return Optional.of("would send the login in clear; write https://" + host);
    }
    int port = address.group("port") == null ? -1 : Integer.parseInt(address.group("port"));
    return reach == null || reach.hosts().covers(host, port)
        ? Optional.empty()
        : Optional.of(
            "names a host that %s reach; %s".formatted(reach.mayNot(), reach.remedy("hosts")));
  }

  /** Why a table may not be named so; nothing if it may. */
  public static Optional<String> tableRefusal(String table) {
    return TABLE.matcher(table).matches()
        ? Optional.empty()
        : Optional.of(
            "is not the name of a table; write database.schema.table, in double quotes what is not"
                + " in capitals, or use source.query");
  }

  /** Why a tenant may not ask a query; nothing if it may. */
  public static Optional<String> queryRefusal(String query) {
    return JdbcQueryGuard.queryRefusal(PINNED.matcher(query).replaceAll(""));
  }
}
