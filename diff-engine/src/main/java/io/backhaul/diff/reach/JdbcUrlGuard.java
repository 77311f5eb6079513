/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses JDBC URLs that make a driver do more than connect, and, of a tenant, those that name
 * other hosts than its own. A URL whose hosts cannot be told is refused.
 */
public final class JdbcUrlGuard {

  /** Look-ups in a directory may load what they find. */
  private static final Pattern DIRECTORY =
      Pattern.compile("\\b(jndi|ldaps?|rmi|iiop|corba(name|loc)?|dns):", Pattern.CASE_INSENSITIVE);

  /** A statement that H2 and others run when they connect, whatever is between the letters. */
  private static final Pattern SCRIPT =
      Pattern.compile("\\brunscript\\b", Pattern.CASE_INSENSITIVE);

  /**
   * Drivers whose URLs name hosts between two slashes and the next delimiter. What a driver may
   * take for a part of the host (MySQL's does so with a semicolon) must not end it here.
   */
  private static final Pattern WITH_AUTHORITY =
      Pattern.compile(
          "jdbc:(postgresql|mysql|mariadb|redshift|snowflake|hive2|trino"
              + "|presto|db2|clickhouse|ch|vertica|exasol|sap|teradata|edb|cockroachdb)"
              + "(:(replication|loadbalance|sequential|aurora))?://(?<hosts>[^/?]*)([/?].*)?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern WITH_SEMICOLON =
      Pattern.compile(
          "jdbc:(sqlserver|databricks|spark)://(?<hosts>[^/;]*)([/;].*)?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ORACLE =
      Pattern.compile(
          "jdbc:oracle:thin:@(//)?(?<hosts>[^/:@()?]+(:[0-9]+)?)([:/][\\w.$#]+)?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern HOST_AND_PORT =
      Pattern.compile(
          "(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(\\\\[\\w$]+)?(:(?<port>[0-9]{1,5}))?");

  private JdbcUrlGuard() {}

  /**
   * Why a URL may not be used, and what to do about it; nothing if it may. Quotes names of options
   * only.
   *
   * @param reach of the tenant whose URL it is, or {@code null} where there are no tenants
   */
  public static Optional<String> refusal(String url, Reach reach) {
    String decoded = JdbcOptions.decoded(url);
    if (decoded.chars().anyMatch(c -> c < ' ' || c == 127)) {
      return Optional.of("holds a control character; remove it");
    }
    if (DIRECTORY.matcher(decoded).find()) {
      return Optional.of("looks its database up in a directory (JNDI); name the host itself");
    }
    if (SCRIPT.matcher(decoded).find()) {
      return Optional.of("runs a script when it connects (RUNSCRIPT); leave it out");
    }
    Map<String, String> options = JdbcOptions.of(url);
    Optional<String> dangerous =
        options.entrySet().stream()
            .filter(JdbcOptions::isDangerous)
            .map(Map.Entry::getKey)
            .findFirst();
    if (dangerous.isPresent()) {
      return Optional.of(
          "sets the driver option %s, which runs code or opens files on this machine; leave it out"
              .formatted(dangerous.get()));
    }
    return reach == null ? Optional.empty() : ofTenant(url, options, reach);
  }

  private static Optional<String> ofTenant(String url, Map<String, String> options, Reach reach) {
    Optional<String> unknown =
        options.keySet().stream()
            .filter(name -> !JdbcOptions.HARMLESS.contains(name))
            .filter(name -> !reach.jdbcOptions().contains(name))
            .findFirst();
    if (unknown.isPresent()) {
      return Optional.of(
          "sets the driver option %s, which %s set; %s"
              .formatted(unknown.get(), reach.mayNot(), reach.remedy("jdbc_options")));
    }
    Optional<List<String>> hosts = hosts(url);
    if (hosts.isEmpty()) {
      return Optional.of(
          "does not say its hosts plainly; write it as jdbc:postgresql://host:port/database, or"
              + " for Oracle as jdbc:oracle:thin:@//host:port/service (embedded databases, which"
              + " are files of this machine, are not for tenants)");
    }
    boolean within = hosts.get().stream().allMatch(host -> covers(reach, host));
    return within
        ? Optional.empty()
        : Optional.of(
            "names a host that %s reach; %s".formatted(reach.mayNot(), reach.remedy("hosts")));
  }

  private static boolean covers(Reach reach, String host) {
    Matcher parts = HOST_AND_PORT.matcher(host);
    return parts.matches()
        && reach
            .hosts()
            .covers(
                parts.group("host"),
                parts.group("port") == null ? -1 : Integer.parseInt(parts.group("port")));
  }

  /** Each as it is written; a part that is no host stays, and is refused then. */
  private static Optional<List<String>> hosts(String url) {
    for (Pattern known : List.of(WITH_AUTHORITY, WITH_SEMICOLON, ORACLE)) {
      Matcher matcher = known.matcher(url);
      if (matcher.matches() && !matcher.group("hosts").isEmpty()) {
        return Optional.of(
            new ArrayList<>(
                List.of(matcher.group("hosts").toLowerCase(Locale.ROOT).split(",", -1))));
      }
    }
    return Optional.empty();
  }
}
