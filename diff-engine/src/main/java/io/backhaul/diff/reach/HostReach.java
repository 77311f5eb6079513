/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Machines by the names that a URL may give them; no name is looked up. {@code *.example.com}
 * stands for every machine below {@code example.com}, {@code host:5432} for one port alone.
 *
 * @param allowed names or literal addresses
 */
public record HostReach(List<String> allowed) implements Serializable {

  public HostReach {
    allowed = allowed.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * Whether a URL may name the host.
   *
   * @param port -1 where the URL leaves it to the scheme
   */
  public boolean covers(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    return name.matches("[a-z0-9._-]+|\\[[0-9a-f:.]+\\]")
        && allowed.stream().anyMatch(entry -> covers(entry, name, port));
  }

  private static boolean covers(String entry, String name, int port) {
    String allowed = entry.replaceFirst(":[0-9]+$", "");
    boolean anyPort = allowed.equals(entry) || entry.endsWith("]");
    if (!anyPort && !entry.equals(allowed + ":" + port)) {
      return false;
    }
    String pattern = anyPort ? entry : allowed;
    return pattern.startsWith("*.")
        ? name.endsWith(pattern.substring(1)) && name.length() >= pattern.length()
        : name.equals(pattern);
  }
}
