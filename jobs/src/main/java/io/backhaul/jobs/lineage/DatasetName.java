/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import java.util.Objects;

/**
 * What OpenLineage calls a dataset: the system it is in, and its name there.
 *
 * @param alias another name of the same dataset, in a catalog; {@code null} where there is none
 */
record DatasetName(String namespace, String name, DatasetName alias) {

  DatasetName {
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(name, "name");
  }

  DatasetName(String namespace, String name) {
    this(namespace, name, null);
  }
}
