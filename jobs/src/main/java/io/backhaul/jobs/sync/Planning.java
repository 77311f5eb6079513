/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.col;

import io.backhaul.diff.change.ChangeDetector;
import io.backhaul.diff.change.ChangeSet;
import io.backhaul.diff.change.Cursor;
import io.backhaul.diff.change.DetectRequest;
import io.backhaul.diff.change.Strategy;
import io.backhaul.diff.mapping.LookupIds;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.Masking;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.state.DeliveredIds;
import io.backhaul.diff.state.StateDigests;
import io.backhaul.diff.state.SyncState;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.spec.SyncSpec;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** READ and DIFF of one sync: what a run and a dry run have in common. Writes no table. */
final class Planning {

  private final Ledger ledger;
  private final SyncSpec spec;
  private final RunOptions options;
  private final StateDigests digests;
  private final Masking masking;
  private final SnapshotSource source;
  private Mapping mapping;
  private Row watermark;
  private Letters letters;

  /**
   * @param digests {@link Ledger#digests}, read-only for a dry run
   * @param masking keys for pii fields; {@code null} where the spec has none
   */
  Planning(
      Ledger ledger, SyncSpec spec, RunOptions options, StateDigests digests, Masking masking) {
    this.ledger = ledger;
    this.spec = spec;
    this.options = options;
    this.digests = digests;
    this.masking = masking;
    this.source = SnapshotSource.of(spec.source());
  }

  /**
   * Dead letters of the sync that are not resolved.
   *
   * @param rows key, row_hash, stage and status; {@code null} where there are none
   * @param retriedAt when a person last asked for a retry that no run took up yet, or {@code null}
   */
  record Letters(Dataset<Row> rows, Instant retriedAt) {}

  /**
   * READ: pins the source and resolves the mapping on its schema; no row is read.
   *
   * @return to be closed once what comes of {@link #diff} is closed
   * @throws io.backhaul.diff.mapping.MappingException if the mapping does not fit the source
   */
  Snapshot read() {
    Snapshot snapshot = source.pin(ledger.spark());
    try {
      mapping =
          Mapping.resolve(
              ledger.spark(), spec.mapping(), spec.rules(), snapshot.rows().schema(), lookupIds());
      return snapshot;
    } finally {
      if (mapping == null) {
        snapshot.close();
      }
    }
  }

  /** The ids that this sync looks up; of each other sync those that it had when this is asked. */
  private Map<String, LookupIds> lookupIds() {
    Map<String, LookupIds> bySync = new HashMap<>();
    for (String sync : spec.mapping().lookedUp()) {
      DeliveredIds.of(ledger.spark(), ledger.state(spec.tenant(), sync))
          .ifPresent(ids -> bySync.put(sync, new LookupIds(ids.keys(), ids.rows())));
    }
    return bySync;
  }

  /** DIFF: compares the snapshot with state. */
  ChangeSet diff(Snapshot snapshot) {
    letters = openLetters();
    return detector()
        .detect(
            new DetectRequest(
                ledger.spark(),
                source,
                snapshot,
                mapping,
                new SyncState(
                    ledger.spark(), ledger.state(spec.tenant(), spec.name()), mapping.keySchema()),
                spec.mode(),
                spec.onMappingChange(),
                spec.send(),
                Delivery.capabilities(spec).identityFields(),
                cursor(),
                spec.overlap(),
                options.full(),
                options.limit(),
                options.where(),
                letters.rows(),
                digests,
                masking));
  }

  private ChangeDetector detector() {
    return switch (spec.pushdown()) {
      case NONE -> ChangeDetector.of(spec.strategy());
      case HASH -> ChangeDetector.pushingDown(ledger.sourceHashes(spec.tenant(), spec.name()));
    };
  }

  /** The mapping that {@link #read} resolved. */
  Mapping mapping() {
    return mapping;
  }

  /** The letters that {@link #diff} met. */
  Letters letters() {
    return letters;
  }

  /** The sync's row of {@code watermarks}, or {@code null}. */
  Row watermark() {
    if (watermark == null) {
      List<Row> rows =
          ledger.rows(LedgerTable.WATERMARKS, spec.tenant(), spec.name()).collectAsList();
      watermark = rows.isEmpty() ? null : rows.get(0);
    }
    return watermark;
  }

  private Cursor cursor() {
    if (spec.strategy() == Strategy.SNAPSHOT || watermark() == null) {
      return null;
    }
    String kind = watermark().getAs("cursor_kind");
    return kind == null
        ? null
        : new Cursor(
            kind,
            watermark().getAs("cursor_value"),
            watermark().getAs("source_version"),
            watermark().getAs("mapping_fingerprint"));
  }

  private Letters openLetters() {
    if (!ledger.has(LedgerTable.DEAD_LETTERS)) {
      return new Letters(null, null);
    }
    Dataset<Row> open =
        ledger
            .rows(LedgerTable.DEAD_LETTERS, spec.tenant(), spec.name())
            .where(col("status").notEqual("resolved"))
            .select(
                col("key"),
                col("row_hash"),
                col("stage"),
                // a discarded letter holds its row back as an open one does
                functions
                    .when(col("status").equalTo("requeued"), "requeued")
                    .otherwise("open")
                    .as("status"),
                col("last_seen"));
    Row summary =
        open.agg(
                functions.count(functions.lit(1)),
                functions.max(functions.when(col("status").equalTo("requeued"), col("last_seen"))))
            .head();
    Timestamp retried = summary.getAs(1);
    return summary.getLong(0) == 0
        ? new Letters(null, null)
        : new Letters(open.drop("last_seen"), retried == null ? null : retried.toInstant());
  }
}
