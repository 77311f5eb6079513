/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.ledger;

import static org.apache.spark.sql.functions.col;

import io.backhaul.diff.state.StateDigests;
import io.backhaul.diff.state.TableRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The shared tables, read and written. A table comes into being with its first row; one that is not
 * there yet reads as empty. Thread-safe.
 */
public final class Ledger {

  /**
   * The log of a table with many small commits is kept for a week; the transaction ids in it, which
   * tell a repeated write from a new one, for good, whatever the session's default is.
   */
  private static final Map<String, String> PROPERTIES = properties();

  private final SparkSession spark;
  private final LedgerRoot root;
  private final Set<LedgerTable> present = EnumSet.noneOf(LedgerTable.class);
  private final Set<LedgerTable> complete = EnumSet.noneOf(LedgerTable.class);

  public Ledger(SparkSession spark, LedgerRoot root) {
    this.spark = spark;
    this.root = root;
  }

  private static Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>(LedgerFormat.PROPERTIES);
    properties.put("delta.logRetentionDuration", "interval 7 days");
    properties.put("delta.checkpointInterval", "20");
    return Map.copyOf(properties);
  }

  public SparkSession spark() {
    return spark;
  }

  public LedgerRoot root() {
    return root;
  }

  /** Settings of the file system that the ledger's files are in. */
  public Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  public TableRef ref(LedgerTable table) {
    return root.table(table.tableName());
  }

  public TableRef state(String tenant, String sync) {
    return root.perSync("state", tenant, sync);
  }

  public TableRef outbox(String tenant, String sync) {
    return root.perSync("outbox", tenant, sync);
  }

  /** What the hashes that a source's database makes come to. */
  public TableRef sourceHashes(String tenant, String sync) {
    return root.perSync("source_hashes", tenant, sync);
  }

  /** What the state of a sync comes to, so that it need not be read to be compared. */
  public StateDigests digests(String tenant, String sync) {
    Path folder = new Path(root.files() + "/_digest/" + tenant + "/" + sync);
    try {
      return new StateDigests(LedgerFiles.of(folder, hadoop()), folder);
    } catch (IOException e) {
      throw new UncheckedIOException("there is no file system for " + folder, e);
    }
  }

  /** Folder that the journals of all runs are in. */
  public String journals() {
    return root.files() + "/_journal";
  }

  /**
   * Whether anything was ever written to the table.
   *
   * @throws NewerLedgerException if a newer version of Backhaul wrote it
   */
  public boolean has(LedgerTable table) {
    synchronized (present) {
      if (!present.contains(table) && ref(table).exists(spark)) {
        LedgerFormat.check(spark, ref(table));
        present.add(table);
      }
      return present.contains(table);
    }
  }

  /** All rows; none where the table is not there yet. */
  public Dataset<Row> rows(LedgerTable table) {
    return has(table) ? ref(table).read(spark) : frame(table, List.of());
  }

  /** The rows of one sync. */
  public Dataset<Row> rows(LedgerTable table, String tenant, String sync) {
    return table.partitionedBy().equals(List.of("tenant", "sync")) && has(table)
        ? ref(table).read(spark, Map.of("tenant", tenant, "sync", sync))
        : rows(table).where(of(tenant).and(col("sync").equalTo(sync)));
  }

  /** Rows in the table's own columns. */
  public Dataset<Row> frame(LedgerTable table, List<Row> rows) {
    return spark.createDataFrame(rows, table.schema());
  }

  /**
   * Appends in one commit.
   *
   * @param sync {@code tenant/sync} whose rows they are
   * @param epoch of the lease that the run worked under: a second append for it, or one for an
   *     earlier epoch, leaves the table as it is
   */
  public void append(LedgerTable table, Dataset<Row> rows, String sync, long epoch) {
    create(table);
    ref(table).append(inOrder(table, rows), table.tableName() + "/" + sync, epoch);
  }

  /**
   * Puts rows in the place of those of one partition, in one commit, unless {@code revision} or a
   * later one was written already. If another writer replaces the partition at the same moment, one
   * of the two fails with a Delta concurrency exception.
   *
   * @param partition value of each partition column
   * @param revision must grow from write to write of this partition
   * @param writer names this write among those that try the same revision
   * @return the table's version they are in; empty if the revision had been taken
   */
  public OptionalLong replace(
      LedgerTable table,
      Map<String, String> partition,
      Dataset<Row> rows,
      long revision,
      String writer) {
    create(table);
    String place =
        table.tableName()
            + table.partitionedBy().stream()
                .map(partition::get)
                .collect(Collectors.joining("/", "/", ""));
    return ref(table).replace(inOrder(table, rows), partition, place, revision, writer);
  }

  /** Whether no commit after {@code version} changed a partition; false where the log is silent. */
  public boolean untouchedSince(LedgerTable table, long version, Map<String, String> partition) {
    return ref(table).untouchedSince(spark, version, partition);
  }

  /** An earlier version of Backhaul made the table with fewer columns. */
  private void create(LedgerTable table) {
    if (!has(table)) {
      ref(table)
          .createIfMissing(
              spark, table.schema(), table.partitionedBy(), table.comment(), properties(table));
      return;
    }
    synchronized (complete) {
      if (!complete.contains(table)) {
        ref(table).addMissing(spark, table.schema());
        complete.add(table);
      }
    }
  }

  /** A row an outcome: least and greatest values are kept of sync and run, which queries name. */
  private static Map<String, String> properties(LedgerTable table) {
    if (table != LedgerTable.DELIVERIES) {
      return PROPERTIES;
    }
    Map<String, String> properties = new HashMap<>(PROPERTIES);
    properties.put("delta.dataSkippingNumIndexedCols", "2");
    return properties;
  }

  private static Dataset<Row> inOrder(LedgerTable table, Dataset<Row> rows) {
    Column[] columns =
        Stream.of(table.schema().fields())
            .map(field -> col(field.name()).cast(field.dataType()).as(field.name()))
            .toArray(Column[]::new);
    return rows.select(columns);
  }

  private static Column of(String tenant) {
    return col("tenant").equalTo(tenant);
  }
}
