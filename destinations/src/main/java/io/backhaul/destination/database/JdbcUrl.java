/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.AddressGuard;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDBC URL that makes a driver connect and do nothing else.
 *
 * @param hosts as they are written; empty where the database is embedded
 */
record JdbcUrl(String text, List<String> hosts) {

  /** The only URLs with an at sign that stands for no credentials. */
  private static final String ORACLE = "jdbc:oracle:thin:@//";

  private static final Pattern AUTHORITY =
      Pattern.compile("(?i)jdbc:[a-z0-9_+:-]+?:(thin:@)?//(?<hosts>[^/?;]*).*");

  private static final Pattern OPTION = Pattern.compile("[?&;]\\s*([^=?&;/]+)=");

  /** Options that load no class, run no statement and open no file. */
  private static final Set<String> HARMLESS =
      Set.of(
          "sslmode",
          "ssl",
          "usessl",
          "requiressl",
          "encrypt",
          "verifyservercertificate",
          "hostnameincertificate",
          "channelbinding",
          "gssencmode",
          "currentschema",
          "schema",
          "database",
          "databasename",
          "db",
          "warehouse",
          "role",
          "targetservertype",
          "tcpkeepalive",
          "preparethreshold",
          "stringtype",
          "characterencoding",
          "useunicode",
          "servertimezone",
          "connectiontimezone",
          "rewritebatchedstatements",
          "multisubnetfailover",
          "mode",
          "db_close_delay",
          "database_to_lower",
          "case_insensitive_identifiers");

  JdbcUrl {
    hosts = List.copyOf(hosts);
  }

  /**
   * Reads a URL; looks nothing up.
   *
   * @throws DestinationException (refused) if it is none, or says more than where to connect to
   */
  static JdbcUrl of(String url) {
    String bare = url.startsWith(ORACLE) ? url.substring(ORACLE.length()) : url;
    boolean plain = bare.chars().allMatch(c -> c > ' ' && c < 127 && "\\@%".indexOf(c) < 0);
    if (!url.startsWith("jdbc:") || !plain) {
      throw refused(
          "URL_REFUSED",
          "the url is not plain: write it as jdbc:postgresql://host:5432/database, user and"
              + " password under keys of their own, and nothing percent-encoded");
    }
    for (Matcher option = OPTION.matcher(url); option.find(); ) {
      if (!HARMLESS.contains(option.group(1).strip().toLowerCase(Locale.ROOT))) {
        throw refused(
            "OPTION_REFUSED",
            "the url sets the driver option "
                + option.group(1).strip()
                + ", which is not among those known to do no harm: leave it out");
      }
    }
    Matcher authority = AUTHORITY.matcher(url);
    List<String> hosts = new ArrayList<>();
    if (authority.matches()) {
      for (String each : authority.group("hosts").split(",", -1)) {
        hosts.add(each.replaceFirst(":\\d+$", ""));
      }
    }
    return new JdbcUrl(url, hosts);
  }

  /** Whether every host is this machine by name, or there is none. */
  boolean local() {
    return hosts.stream().allMatch(AddressGuard::namesThisMachine);
  }

  /** The value of an option, or {@code null}. */
  String option(String name) {
    Matcher value = Pattern.compile("(?i)[?&;]" + Pattern.quote(name) + "=([^?&;]*)").matcher(text);
    return value.find() ? value.group(1) : null;
  }

  /**
   * Judges hosts as they are written.
   *
   * @throws DestinationException (refused) if one may not be connected to
   */
  void check(AddressGuard guard) {
    for (String host : hosts) {
      if (host.isEmpty() || !host.matches("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]")) {
        throw refused(
            "URL_REFUSED", "the url does not say its hosts plainly: write jdbc:…://host:port/…");
      }
      guard.check(URI.create("https://" + host));
    }
  }

  /**
   * Judges every address that the hosts have now.
   *
   * @throws DestinationException (refused) if one may not be connected to; (unavailable) if none of
   *     the hosts has an address
   */
  void judge(AddressGuard guard) {
    for (String host : hosts) {
      try {
        for (InetAddress address : InetAddress.getAllByName(host)) {
          guard.judge(host, address);
        }
      } catch (UnknownHostException e) {
        throw DestinationException.unavailable(
            "UNKNOWN_HOST",
            0,
            Duration.ZERO,
            "no address is known for " + host + ": check the host in url, and this machine's DNS");
      }
    }
  }

  private static DestinationException refused(String code, String message) {
    return DestinationException.refused(code, 0, message);
  }

  /** Hosts may be nobody's business. */
  @Override
  public String toString() {
    return "JdbcUrl[" + text.replaceFirst("(?i)^(jdbc:[a-z0-9]+).*", "$1") + ":…]";
  }
}
