/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.backhaul.diff.change.Mode;
import io.backhaul.diff.digest.DigestScan;
import io.backhaul.diff.digest.KeyHashes;
import io.backhaul.diff.platform.KeptRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * What the destination holds, as far as it has confirmed it: one row a source key. A key advances
 * only on that record's acknowledgement.
 */
public final class SyncState {

  /** Who commits to the table, for Delta's transaction ids. */
  static final String APP_ID = "state";

  /**
   * Where the way of writing changes; never what is then in the table.
   *
   * @param rewritten bytes on disk up to which the table is written anew
   * @param few bytes of news up to which, beyond that, the rows they replace are taken out and the
   *     news appended, in two commits; more are merged, in one
   */
  record Sizes(long rewritten, long few) {
    static final Sizes USUAL = new Sizes(16L << 20, 64L << 20);
  }

  /** What a row takes in memory beside its fields, about. */
  private static final int ROW_BYTES = 200;

  private static final String NEW = "new_";

  /** No column that is made of {@link #NEW} and a name can have this one. */
  private static final String OP = "operation of the news";

  private static final List<StructField> OWN_COLUMNS =
      List.of(
          column("row_hash", DataTypes.LongType, "Canonical hash of the row as last delivered"),
          column("fields", DataTypes.StringType, "Fields as last delivered, pii as pseudonyms"),
          column("destination_id", DataTypes.StringType, "The destination's id of the record"),
          column("mapping_fingerprint", DataTypes.StringType, "The mapping it was delivered under"),
          column("synced_at", DataTypes.TimestampType, "When the destination acknowledged it"),
          column("run_id", DataTypes.StringType, "The run that delivered it"));

  private final SparkSession spark;
  private final TableRef table;
  private final StructType keySchema;
  private final Sizes sizes;
  private final StateDigests digests;

  /**
   * The state of one sync; the table is created by the first {@link #advance}.
   *
   * @param keySchema the source's key columns with their own types
   * @throws IllegalArgumentException if a key column has the name of one of the table's own columns
   */
  public SyncState(SparkSession spark, TableRef table, StructType keySchema) {
    this(spark, table, keySchema, Sizes.USUAL, null);
  }

  /** As the public constructor, with other sizes, and digests or {@code null}. */
  SyncState(
      SparkSession spark, TableRef table, StructType keySchema, Sizes sizes, StateDigests digests) {
    this.sizes = sizes;
    this.spark = spark;
    this.table = table;
    this.keySchema = keySchema.asNullable();
    this.digests = digests;
    for (String key : keySchema.fieldNames()) {
      if (OWN_COLUMNS.stream().anyMatch(own -> own.name().equalsIgnoreCase(key))) {
        throw new IllegalArgumentException(
            "key column "
                + key
                + " has the name of a column that the state table needs for itself; give the source"
                + " column another name, with a view or a source of type sql, and use that as key");
      }
    }
  }

  /** The same state, whose digest is kept there and advances with it. */
  public SyncState digestedIn(StateDigests digests) {
    return new SyncState(spark, table, keySchema, sizes, digests);
  }

  private static StructField column(String name, DataType type, String comment) {
    return new StructField(name, type, true, Metadata.empty()).withComment(comment);
  }

  /** Whether the sync has delivered anything yet. */
  public boolean exists() {
    return table.exists(spark);
  }

  /** Size of the table on disk, from the Delta log: 0 if the destination holds nothing. */
  public long bytes() {
    return exists() ? table.log(spark).bytes() : 0;
  }

  /** Keys that the destination holds; 0 before the first delivery. */
  public long rows() {
    return exists() ? table.rowCount(spark) : 0;
  }

  /** The table's version; -1 before the first delivery. */
  long version() {
    return exists() ? table.version(spark) : -1;
  }

  /** The table's id, another one once it is dropped and made again. */
  String tableId() {
    return table.log(spark).id();
  }

  /** Whether the table's rows are still those of an earlier version, in whatever files. */
  boolean holdsTheRowsOf(long version) {
    return table.log(spark).onlyRearrangedSince(version);
  }

  /**
   * The narrowest key columns that hold both what state has and what the source gives.
   *
   * @throws IllegalArgumentException if the key is another one than state was written under
   */
  public StructType commonKeys() {
    return KeyTypes.common(keysOf(read().schema()), keySchema, table);
  }

  /** The key columns of a state table. */
  static StructType keysOf(StructType stored) {
    return new StructType(
        Arrays.stream(stored.fields())
            .filter(field -> OWN_COLUMNS.stream().noneMatch(own -> own.name().equals(field.name())))
            .toArray(StructField[]::new));
  }

  /** The rows: key columns under their own names, then the table's own columns. */
  public Dataset<Row> read() {
    return table.read(spark);
  }

  /**
   * Records what the destination acknowledged. Takes effect at most once for each fence, and never
   * after a higher one, so that a repeated or a fenced-off run changes nothing. A conflict with
   * another writer, such as {@code OPTIMIZE}, is tried again. In a large table it may take two
   * commits; between them the keys of {@code applied} are missing, and a repetition puts them in.
   *
   * @param applied one row a key: op, source_key, row_hash, fields, destination_id,
   *     mapping_fingerprint, synced_at, run_id
   * @param mode under {@link Mode#DELETE} a delete is recorded, else it removes its key
   * @param fence the lease's epoch; one advance a fence
   * @return whether this call's rows, or those of an earlier call with the same fence, are in;
   *     false if a higher fence came first. Where the log does not tell whose rows these are,
   *     whether they are these
   * @throws IllegalArgumentException if the key is another one than state was written under
   */
  public boolean advance(Dataset<Row> applied, Mode mode, long fence) {
    boolean advanced = Conflicts.retried(() -> advanceOnce(applied, mode, fence));
    if (advanced && digests != null) {
      digests.refresh(this, mode);
    }
    return advanced;
  }

  /** Delta's number for the commit that ends an advance, or is all of it. */
  private static long ending(long fence) {
    return 2 * fence + 1;
  }

  /** Delta's number for a commit that another one may follow. */
  private static long beginning(long fence) {
    return 2 * fence;
  }

  private boolean advanceOnce(Dataset<Row> applied, Mode mode, long fence) {
    createIfMissing();
    long committed = committed();
    if (committed >= ending(fence)) {
      return committed == ending(fence);
    }
    StructType keys = commonKeys();
    Column removes = mode == Mode.DELETE ? lit(false) : col(quoted(OP)).equalTo(lit("delete"));
    News news = new News(news(applied, keys), removes, keys, mode);
    long bytes = table.log(spark).bytes();
    if (bytes == 0) {
      table.append(news.come(), APP_ID, ending(fence));
    } else if (bytes <= sizes.rewritten() || widened(keys)) {
      rewrite(news.rows(), removes, keys, fence);
    } else if (mode == Mode.INSERT || mode == Mode.APPEND) {
      appendNewKeys(news.rows(), keys, fence);
    } else {
      advanceLarge(news, fence);
    }
    committed = committed();
    return committed < beginning(fence) ? shows(news) : committed <= ending(fence);
  }

  /**
   * The newest number in the table, as far as its log says. Where it does not, Delta still leaves
   * out what a number must keep out: only what that means is then asked of the rows.
   */
  private long committed() {
    return table.transaction(spark, APP_ID).orElse(-1);
  }

  /** Whether the table's rows are those that an advance leaves. */
  private boolean shows(News news) {
    StructType held = schema(news.keys());
    Column there = col(quoted(held.fieldNames()[0])).isNotNull();
    Column delivered =
        StateDigests.onlyKeys(news.mode())
            ? there
            : there
                .and(col("run_id").eqNullSafe(col(NEW + "run_id")))
                .and(col("row_hash").eqNullSafe(col(NEW + "row_hash")));
    return news.rows()
        .join(read(), sameKey(news.keys()), "left_outer")
        .where(not(when(news.removes(), not(there)).otherwise(delivered)))
        .isEmpty();
  }

  private void createIfMissing() {
    if (exists()) {
      return;
    }
    table.createIfMissing(
        spark,
        schema(keySchema),
        List.of(),
        "What the destination holds: one row a source key",
        Map.of(
            "delta.dataSkippingNumIndexedCols",
            Integer.toString(keySchema.size()),
            "delta.enableDeletionVectors",
            "true"));
  }

  private static StructType schema(StructType keys) {
    return new StructType(
        Stream.concat(Arrays.stream(keys.fields()), OWN_COLUMNS.stream())
            .toArray(StructField[]::new));
  }

  private boolean widened(StructType keys) {
    StructType stored = read().schema();
    return Arrays.stream(keys.fields())
        .anyMatch(key -> !stored.apply(key.name()).dataType().equals(key.dataType()));
  }

  /** The table's columns under names that cannot meet a key column's. */
  private Dataset<Row> news(Dataset<Row> applied, StructType keys) {
    List<Column> columns = new ArrayList<>();
    columns.add(col("op").as(OP));
    for (int i = 0; i < keys.size(); i++) {
      StructField key = keys.fields()[i];
      columns.add(
          col("source_key." + quoted(keySchema.fields()[i].name()))
              .cast(key.dataType())
              .as(NEW + key.name()));
    }
    OWN_COLUMNS.forEach(own -> columns.add(col(own.name()).as(NEW + own.name())));
    return applied.select(columns.toArray(Column[]::new));
  }

  private static Column[] newValues(StructType keys) {
    return Arrays.stream(schema(keys).fieldNames())
        .map(name -> col(quoted(NEW + name)).as(name))
        .toArray(Column[]::new);
  }

  private static Column sameKey(StructType keys) {
    return Arrays.stream(keys.fieldNames())
        .map(name -> col(quoted(name)).equalTo(col(quoted(NEW + name))))
        .reduce(Column::and)
        .orElseThrow();
  }

  /** A small table is cheaper to write anew than to merge into: one join and one file. */
  private void rewrite(Dataset<Row> news, Column removes, StructType keys, long fence) {
    Column replaced = col(quoted(OP)).isNotNull();
    Column[] columns =
        Arrays.stream(schema(keys).fields())
            .map(
                field ->
                    when(replaced, col(quoted(NEW + field.name())))
                        .otherwise(col(quoted(field.name())).cast(field.dataType()))
                        .as(field.name(), field.metadata()))
            .toArray(Column[]::new);
    table.replace(
        read()
            .join(news, sameKey(keys), "full_outer")
            .where(not(coalesce(removes, lit(false))))
            .select(columns),
        List.of(),
        APP_ID,
        ending(fence),
        widened(keys));
  }

  /** Keys of these modes are never written twice, but a crash may have left some in state. */
  private void appendNewKeys(Dataset<Row> news, StructType keys, long fence) {
    table.append(
        news.join(read(), sameKey(keys), "left_anti").select(newValues(keys)),
        APP_ID,
        ending(fence));
  }

  /**
   * What is to be recorded.
   *
   * @param rows as {@link #news} makes them
   * @param removes whether a row only takes its key out
   */
  private record News(Dataset<Row> rows, Column removes, StructType keys, Mode mode) {

    /** What is to be in the table, with its columns. */
    Dataset<Row> come() {
      return rows.where(not(removes)).select(newValues(keys));
    }

    Dataset<Row> keysOnly() {
      return rows.select(newKeys(keys));
    }

    /** The same, of which Spark keeps the rows. */
    News as(Dataset<Row> kept) {
      return new News(kept, removes, keys, mode);
    }
  }

  private void advanceLarge(News news, long fence) {
    Dataset<Row> kept = KeptRows.keep(news.rows(), StorageLevel.MEMORY_AND_DISK());
    try {
      if (bytes(kept) > sizes.few() || !replace(news.as(kept), fence)) {
        merge(kept, news.removes(), news.keys(), ending(fence));
      }
    } finally {
      KeptRows.release(kept);
    }
  }

  private static long bytes(Dataset<Row> news) {
    Column each =
        coalesce(octet_length(col(quoted(NEW + "fields"))), lit(0)).plus(lit((long) ROW_BYTES));
    return news.agg(coalesce(sum(each), lit(0L))).head().getLong(0);
  }

  /**
   * Takes the rows of keys out and appends the new ones, for which nothing of the table is read but
   * keys and hashes: a {@code MERGE} reads all columns of all files it touches.
   *
   * @return false if it must be done in another way: a key that is not in the news has the hash of
   *     one that is, or the first commit of this fence is in and took out other rows, or the log
   *     does not show it
   */
  private boolean replace(News news, long fence) {
    KeyHashes hashes = hashes(news);
    long before = version();
    Optional<StateDigests.Move> move =
        Optional.ofNullable(digests).map(kept -> kept.move(this, news.keys(), news.mode()));
    Dataset<Row> gone = KeptRows.keep(held(news, hashes), StorageLevel.MEMORY_AND_DISK());
    long rows;
    try {
      rows = gone.count();
      boolean begun = committed() >= beginning(fence);
      if (rows > 0
          && (begun || !gone.join(news.keysOnly(), sameKey(news.keys()), "left_anti").isEmpty())) {
        return false;
      }
      move.ifPresent(to -> to.less(gone)); // once the rows are gone Spark keeps them no longer
    } finally {
      KeptRows.release(gone);
    }
    move.ifPresent(to -> to.plus(news.come()));
    if (rows > 0) {
      table.fenced(spark, APP_ID, beginning(fence)).delete(hashes.hold(keyHash(news.keys(), "")));
      if (committed() < beginning(fence)) {
        return false; // Delta left it out, or does not say: nothing may come beside what is there
      }
    }
    boolean appends = rows == 0 || !news.come().isEmpty(); // a commit says that this is done
    if (appends) {
      table.append(news.come(), APP_ID, ending(fence));
    }
    long after = before + (rows > 0 ? 1 : 0) + (appends ? 1 : 0);
    if (committed() == (appends ? ending(fence) : beginning(fence)) && version() == after) {
      move.ifPresent(to -> to.ended(after));
    }
    return true;
  }

  /** Keys and hashes of the rows that are held under the news' keys. */
  private Dataset<Row> held(News news, KeyHashes hashes) {
    return read()
        .select(
            Stream.concat(
                    Arrays.stream(news.keys().fieldNames()),
                    Stream.of("row_hash", "mapping_fingerprint"))
                .map(name -> col(quoted(name)))
                .toArray(Column[]::new))
        .where(hashes.hold(keyHash(news.keys(), "")));
  }

  private static KeyHashes hashes(News news) {
    return new KeyHashes(
        news.rows().select(keyHash(news.keys(), NEW)).collectAsList().stream()
            .mapToLong(row -> row.getLong(0))
            .toArray());
  }

  private static Column keyHash(StructType keys, String prefix) {
    return DigestScan.keyHash(
        Arrays.stream(keys.fields())
            .map(key -> col(quoted(prefix + key.name())).cast(key.dataType()))
            .toArray(Column[]::new));
  }

  private static Column[] newKeys(StructType keys) {
    return Arrays.stream(keys.fieldNames())
        .map(name -> col(quoted(NEW + name)))
        .toArray(Column[]::new);
  }

  private static Map<String, Column> values(StructType keys) {
    return Arrays.stream(schema(keys).fieldNames())
        .collect(Collectors.toMap(name -> quoted(name), name -> col(quoted(NEW + name))));
  }

  private void merge(Dataset<Row> news, Column removes, StructType keys, long version) {
    table
        .fenced(spark, APP_ID, version)
        .merge(news, sameKey(keys))
        .whenMatched(removes)
        .delete()
        .whenMatched()
        .update(values(keys))
        .whenNotMatched(not(removes))
        .insert(values(keys))
        .execute();
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
