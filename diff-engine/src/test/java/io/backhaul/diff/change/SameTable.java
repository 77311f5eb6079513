/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.source.SourceSpec;
import io.backhaul.diff.testkit.SharedPostgres;
import io.backhaul.diff.testkit.snowflake.LoopbackSnowflake;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.StructType;

/** One table, in a source of some kind. */
interface SameTable extends AutoCloseable {

  /** A row of the types that all of the sources have; every column but the key may be null. */
  @SuppressWarnings("ArrayRecordComponent") // items are not compared as such
  record Item(
      long id,
      String name,
      BigDecimal amount,
      BigDecimal big,
      Double ratio,
      Boolean active,
      LocalDate day,
      Instant seen,
      byte[] bytes,
      Instant updatedAt) {}

  /** What is the source of it. */
  enum Kind {
    POSTGRESQL,
    SNOWFLAKE,
    DELTA,
    ICEBERG,
    PARQUET;

    SameTable open(Path folder) {
      return switch (this) {
        case POSTGRESQL -> postgres();
        case SNOWFLAKE -> snowflake();
        case DELTA -> files("delta", folder);
        case ICEBERG -> iceberg(folder);
        case PARQUET -> files("parquet", folder);
      };
    }
  }

  /** Has the table hold these rows and no others; earlier snapshots need not be readable. */
  void put(List<Item> items);

  SourceSpec spec();

  default SnapshotSource source() {
    return SnapshotSource.of(spec());
  }

  @Override
  default void close() {}

  private static SameTable postgres() {
    SharedPostgres.run(
        "DROP TABLE IF EXISTS items",
        "CREATE TABLE items (id BIGINT, name TEXT, amount NUMERIC(12,2), big NUMERIC(38,0),"
            + " ratio FLOAT8, active BOOLEAN, day DATE, seen TIMESTAMPTZ, bytes BYTEA,"
            + " updated_at TIMESTAMPTZ)");
    return new SameTable() {
      @Override
      public void put(List<Item> items) {
        SharedPostgres.run("TRUNCATE items", insert("items", items, "decode('%s', 'hex')"));
      }

      @Override
      public SourceSpec spec() {
        return new SourceSpec.Jdbc(SharedPostgres.url(), "postgres", null, "items", null, "id", 2);
      }
    };
  }

  private static SameTable snowflake() {
    LoopbackSnowflake server = LoopbackSnowflake.start();
    server.token("not-a-real-token");
    server.change(
        "CREATE TABLE ITEMS (\"ID\" DECIMAL(38,0), \"NAME\" VARCHAR, \"AMOUNT\" DECIMAL(12,2),"
            + " \"BIG\" DECIMAL(38,0), \"RATIO\" DOUBLE, \"ACTIVE\" BOOLEAN, \"DAY\" DATE,"
            + " \"SEEN\" TIMESTAMPTZ, \"BYTES\" BLOB, \"UPDATED_AT\" TIMESTAMPTZ)");
    return new SameTable() {
      @Override
      public void put(List<Item> items) {
        server.change("DELETE FROM ITEMS", insert("ITEMS", items, "unhex('%s')"));
      }

      @Override
      public SourceSpec spec() {
        return new SourceSpec.Snowflake(
            server.url(),
            new SourceSpec.Snowflake.Login(null, null, null, "not-a-real-token"),
            null,
            null,
            "SHOP",
            null,
            "ITEMS",
            null);
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }

  private static SameTable files(String format, Path folder) {
    String path = folder.resolve("items").toString();
    return new SameTable() {
      @Override
      public void put(List<Item> items) {
        rows(items).write().format(format).mode(SaveMode.Overwrite).save(path);
      }

      @Override
      public SourceSpec spec() {
        return format.equals("delta")
            ? new SourceSpec.Delta(path, null)
            : new SourceSpec.Files(format, path, null, Map.of());
      }
    };
  }

  private static SameTable iceberg(Path folder) {
    String catalog = "spark.sql.catalog.same";
    TestSync.SPARK.conf().set(catalog, "org.apache.iceberg.spark.SparkCatalog");
    TestSync.SPARK.conf().set(catalog + ".type", "hadoop");
    TestSync.SPARK.conf().set(catalog + ".warehouse", folder.toString());
    TestSync.sql("CREATE TABLE same.shop.items (" + columns() + ") USING iceberg");
    return new SameTable() {
      @Override
      public void put(List<Item> items) {
        try {
          rows(items).writeTo("same.shop.items").overwrite(lit(true));
        } catch (Exception e) { // Scala's, checked and not declared to Java as such
          throw new IllegalStateException(e);
        }
      }

      @Override
      public SourceSpec spec() {
        return new SourceSpec.Spark("iceberg", null, "same.shop.items", Map.of(), Set.of());
      }

      @Override
      public void close() {
        TestSync.sql("DROP TABLE same.shop.items");
      }
    };
  }

  private static String columns() {
    return "id BIGINT, name STRING, amount DECIMAL(12,2), big DECIMAL(38,0), ratio DOUBLE,"
        + " active BOOLEAN, day DATE, seen TIMESTAMP, bytes BINARY, updated_at TIMESTAMP";
  }

  private static Dataset<Row> rows(List<Item> items) {
    List<Row> rows =
        items.stream()
            .map(
                item ->
                    RowFactory.create(
                        item.id(),
                        item.name(),
                        item.amount(),
                        item.big(),
                        item.ratio(),
                        item.active(),
                        item.day() == null ? null : Date.valueOf(item.day()),
                        item.seen() == null ? null : Timestamp.from(item.seen()),
                        item.bytes(),
                        item.updatedAt() == null ? null : Timestamp.from(item.updatedAt())))
            .toList();
    return TestSync.SPARK.createDataFrame(rows, StructType.fromDDL(columns())).coalesce(1);
  }

  /**
   * A statement that PostgreSQL and DuckDB understand alike.
   *
   * @param bytes how bytes are made of their hexadecimal digits
   */
  private static String insert(String table, List<Item> items, String bytes) {
    return items.stream()
        .map(
            item ->
                Stream.of(
                        Long.toString(item.id()),
                        text(item.name()),
                        text(item.amount()),
                        text(item.big()),
                        text(item.ratio()),
                        text(item.active()),
                        text(item.day()),
                        text(item.seen()),
                        item.bytes() == null
                            ? "NULL"
                            : bytes.formatted(HexFormat.of().formatHex(item.bytes())),
                        text(item.updatedAt()))
                    .collect(Collectors.joining(", ", "(", ")")))
        .collect(Collectors.joining(", ", "INSERT INTO " + table + " VALUES ", ""));
  }

  private static String text(Object value) {
    return value == null ? "NULL" : "'" + value.toString().replace("'", "''") + "'";
  }
}
