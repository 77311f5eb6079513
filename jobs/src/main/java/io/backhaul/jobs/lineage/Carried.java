/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.lineage;

import io.backhaul.diff.lineage.Provenance;
import io.backhaul.diff.mapping.FieldOrigin;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.source.Snapshot;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What a run carries, as it was seen when its source was pinned.
 *
 * @param provenance of the source's columns
 * @param columns of the source
 * @param fields of the destination, in mapping order
 * @param origins of the fields, in mapping order
 * @param version that the source is pinned at, or {@code null}
 */
record Carried(
    Provenance provenance,
    StructType columns,
    StructType fields,
    List<FieldOrigin> origins,
    Long version) {

  /** Looks at plans only; no job runs. */
  static Carried of(Snapshot snapshot, Mapping mapping, MappingSpec spec) {
    return new Carried(
        Provenance.of(snapshot.rows()),
        snapshot.rows().schema(),
        mapping.fields(),
        mapping.origins(spec, snapshot.rows()),
        snapshot.version());
  }
}
