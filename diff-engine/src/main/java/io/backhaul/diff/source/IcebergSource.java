/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_micros;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * An Iceberg table, pinned by the id of the snapshot that its branch or tag names: rows committed
 * later are not seen, however late it is read. The columns are the snapshot's as well, so that one
 * which was added or renamed counts from the next commit of rows on.
 */
final class IcebergSource implements SnapshotSource {

  private static final String MAIN = "main";

  private final SourceSpec.Spark spec;
  private final Clock clock;

  IcebergSource(SourceSpec.Spark spec, Clock clock) {
    this.spec = spec;
    this.clock = clock;
  }

  /** What a branch or a tag names, and when that was committed. */
  private record Pin(long snapshot, Instant committedAt) {}

  @Override
  public Snapshot pin(SparkSession spark) {
    Instant pinnedAt = clock.instant();
    return SparkSource.explained(
        spark,
        spec,
        () ->
            current(spark)
                .map(
                    pin ->
                        new Snapshot(
                            load(spark, spec.place(), "snapshot-id", pin.snapshot()),
                            pin.snapshot(),
                            pin.committedAt(),
                            pinnedAt,
                            null))
                .orElseGet(() -> Snapshot.unversioned(empty(spark), pinnedAt)));
  }

  /** A table that nothing was committed to has no snapshot, and may have one when it is read. */
  private Dataset<Row> empty(SparkSession spark) {
    return load(spark, spec.place(), null, 0).where(lit(false));
  }

  private Optional<Pin> current(SparkSession spark) {
    String name =
        Optional.ofNullable(spec.options().get("branch"))
            .orElseGet(() -> spec.options().getOrDefault("tag", MAIN));
    List<Row> refs =
        load(spark, about("refs"), null, 0).select("name", "snapshot_id").collectAsList();
    Optional<Row> ref = refs.stream().filter(row -> name.equals(row.getString(0))).findFirst();
    if (ref.isEmpty()) {
      if (name.equals(MAIN)) {
        return Optional.empty();
      }
      TreeSet<String> names = new TreeSet<>();
      refs.forEach(row -> names.add(row.getString(0)));
      throw new SourceException(
          "%s has no branch or tag `%s`; set source.options.branch or source.options.tag to one of"
                  .formatted(spec, name)
              + " "
              + (names.isEmpty() ? MAIN : String.join(", ", names)));
    }
    long snapshot = ref.get().getLong(1);
    long committed =
        load(spark, about("snapshots"), null, 0)
            .where(col("snapshot_id").equalTo(snapshot))
            .select(unix_micros(col("committed_at")))
            .first()
            .getLong(0);
    return Optional.of(new Pin(snapshot, Instant.EPOCH.plus(committed, ChronoUnit.MICROS)));
  }

  /** The place of one of the tables that Iceberg has about each of its tables. */
  private String about(String what) {
    return spec.path() != null ? spec.path() + "#" + what : spec.table() + "." + what;
  }

  private Dataset<Row> load(SparkSession spark, String place, String option, long value) {
    Map<String, String> options = new HashMap<>(spec.options());
    options.keySet().removeAll(List.of("branch", "tag"));
    if (option != null) {
      options.put(option, Long.toString(value));
    }
    return spark.read().format(spec.format()).options(options).load(place);
  }
}
