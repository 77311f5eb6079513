/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.util.List;
import java.util.Set;

/** The reach of a tenant {@code mallory}, for tests. */
final class Reaches {

  private Reaches() {}

  static Reach of(String... paths) {
    return new Reach(
        "mallory",
        "conf/tenants/mallory.yaml",
        new PathReach(List.of(paths)),
        new TableReach(List.of("spark_catalog.mallory", "main.mallory", "main.shared.countries")),
        Set.of("my_score", "main.mallory.score"),
        new HostReach(List.of("db.mallory.example.com", "*.m.example.com", "10.0.0.5:5432")),
        Set.of("sslRootCert"));
  }
}
