/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import io.backhaul.diff.reach.Reach;
import java.util.Optional;
import java.util.Set;

/**
 * Whose files are being read, and what they may name.
 *
 * @param reach what sources and expressions may touch, or {@code null} where there are no tenants
 * @param secrets which secrets may be named, or {@code null} where there are no tenants
 */
record Tenant(Reach reach, SecretReach secrets) {

  /** Where nobody drew lines, all is one tenant's. */
  static final Tenant ALONE = new Tenant(null, null);

  /** The secrets as far as this tenant may name them. */
  Secrets within(Secrets all) {
    return secrets == null ? all : all.within(secrets);
  }

  /** Functions that are not Spark's own and may be used all the same. */
  Set<String> functions() {
    return Optional.ofNullable(reach).map(Reach::functions).orElse(Set.of());
  }
}
