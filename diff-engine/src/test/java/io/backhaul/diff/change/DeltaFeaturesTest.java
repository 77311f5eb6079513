/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingException;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.source.ChangeFeed;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.source.SourceSpec;
import io.backhaul.diff.testkit.FolderCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Delta does to the names, types and places of rows must not change which of them are found:
 * by digests of the snapshot and by the change feed, which are asked side by side.
 */
class DeltaFeaturesTest {

  private static final int ROWS = 100;

  private static final String FEED = "delta.enableChangeDataFeed = true";
  private static final String VECTORS = "delta.enableDeletionVectors = true";
  private static final String BY_NAME = "delta.columnMapping.mode = 'name'";
  private static final String WIDENING = "delta.enableTypeWidening = true";

  @TempDir Path folder;
  private String table;
  private SnapshotSource source;
  private TestSync byDigests;
  private TestSync byFeed;
  private String whyNoFeed;

  @BeforeEach
  void twoSyncsOfATable() throws IOException {
    inFolder();
    byDigests = sync("digests", "name");
    byDigests.byDigests(NarrowingTest.digests(folder));
    byFeed = sync("feed", "name");
    byFeed.strategy = Strategy.CHANGE_FEED;
  }

  private void inFolder() {
    String path = folder.resolve("customers").toString();
    table = "delta.`" + path + "`";
    source = SnapshotSource.of(new SourceSpec.Delta(path, null));
  }

  private TestSync sync(String name, String... columns) {
    TestSync sync = new TestSync(folder.resolve(name), spec(columns));
    sync.mode = Mode.MIRROR;
    sync.onMappingChange = OnMappingChange.KEEP;
    return sync;
  }

  /** The first column is the field {@code v}; others are fields of their own names. */
  private static MappingSpec spec(String... columns) {
    List<FieldMapping> fields =
        Arrays.stream(columns)
            .<FieldMapping>map(
                column ->
                    new FieldMapping.FromColumn(column.equals(columns[0]) ? "v" : column, column))
            .toList();
    return new MappingSpec(List.of("id"), null, fields, Set.of());
  }

  private void create(String columns, String more, String... properties) {
    TestSync.sql(
        "CREATE TABLE %s (%s) USING delta %s TBLPROPERTIES (%s)"
            .formatted(table, columns, more, String.join(", ", properties)));
  }

  private void edit(String statement) {
    TestSync.sql(statement.replace("customers", table));
  }

  /** What both syncs send, by key: the payload, or {@code delete}. */
  private Map<String, String> sent() {
    Map<String, String> sent = sent(byDigests);
    assertThat(sent(byFeed)).as("by the change feed").isEqualTo(sent);
    return sent;
  }

  private Map<String, String> sent(TestSync sync) {
    try (Snapshot pinned = source.pin(TestSync.SPARK);
        ChangeSet changes = sync.detect(source, pinned)) {
      Map<String, String> sent = new HashMap<>();
      TestSync.byKey(changes.planned())
          .forEach(
              (key, row) ->
                  sent.put(
                      key,
                      row.getAs("op").equals("delete") ? "delete" : row.<String>getAs("payload")));
      sync.cursor = changes.cursor().orElse(sync.cursor);
      sync.settle(pinned.rows(), changes, key -> true);
      whyNoFeed = changes.fallbackReason().orElse(null);
      return sent;
    }
  }

  private static String key(long id) {
    return "{\"id\":" + id + "}";
  }

  private static String value(String v) {
    return "{\"v\":\"" + v + "\"}";
  }

  private static Map<String, String> all() {
    return LongStream.range(0, ROWS)
        .boxed()
        .collect(Collectors.toMap(DeltaFeaturesTest::key, id -> value(id.toString())));
  }

  @Test
  void removedRowsThatLieInTheFilesAndColumnsThatWereRenamedOrDropped() {
    create("id BIGINT, name STRING, note STRING, score INT", "", FEED, VECTORS, BY_NAME);
    edit("INSERT INTO customers SELECT id, CAST(id AS STRING), 'a', 1 FROM range(" + ROWS + ")");
    assertThat(sent()).isEqualTo(all());

    edit("DELETE FROM customers WHERE id IN (4, 14)");
    edit("ALTER TABLE customers RENAME COLUMN note TO remark");
    edit("ALTER TABLE customers DROP COLUMN score");
    edit("UPDATE customers SET remark = 'b' WHERE id = 5");
    edit("UPDATE customers SET name = 'six' WHERE id = 6");
    assertThat(filesWithDeletionVectors()).isPositive();
    assertThat(sent()).isEqualTo(Map.of(key(6), value("six"), key(4), "delete", key(14), "delete"));

    edit("DELETE FROM customers WHERE id = 7");
    edit("UPDATE customers SET name = 'eight' WHERE id = 8");
    assertThat(sent()).isEqualTo(Map.of(key(7), "delete", key(8), value("eight")));
    assertThat(whyNoFeed).as("a feed that begins after the columns changed").isNull();

    edit("ALTER TABLE customers RENAME COLUMN name TO full_name");
    assertThatThrownBy(() -> sent(byDigests))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("no column `name`");
  }

  private long filesWithDeletionVectors() {
    return DeltaLog.forTableWithSnapshot(TestSync.SPARK, folder.resolve("customers").toString())
        ._2()
        .allFiles()
        .toDF()
        .where("deletionVector IS NOT NULL")
        .count();
  }

  @Test
  void keysAndValuesWhoseTypeWasWidened() {
    byDigests.spec = spec("name", "amount");
    byFeed.spec = byDigests.spec;
    create("id SMALLINT, name STRING, amount TINYINT", "", FEED, VECTORS, WIDENING);
    edit("INSERT INTO customers SELECT id, CAST(id AS STRING), 1 FROM range(" + ROWS + ")");
    assertThat(sent()).hasSize(ROWS).containsEntry(key(9), "{\"v\":\"9\",\"amount\":1}");

    edit("ALTER TABLE customers ALTER COLUMN id TYPE INT");
    edit("ALTER TABLE customers ALTER COLUMN amount TYPE INT");
    edit("INSERT INTO customers VALUES (70000, 'beyond', 2)");
    edit("UPDATE customers SET amount = 80000 WHERE id = 5");
    edit("DELETE FROM customers WHERE id = 4");
    assertThat(sent())
        .isEqualTo(
            Map.of(
                key(70000),
                "{\"v\":\"beyond\",\"amount\":2}",
                key(5),
                "{\"v\":\"5\",\"amount\":80000}",
                key(4),
                "delete"));
  }

  @Tag("faults") // twenty seconds
  @Test
  void aClusteredTableThatIsClusteredAnewIsTheSameTable() throws IOException {
    TestSync.sql("CREATE SCHEMA clustered");
    try {
      table = "spark_catalog.clustered.customers";
      source = SnapshotSource.of(new SourceSpec.Delta(null, table));
      create("id BIGINT, name STRING", "CLUSTER BY (id)", FEED, VECTORS);
      edit("INSERT INTO customers SELECT id, CAST(id AS STRING) FROM range(" + ROWS + ")");
      assertThat(sent()).isEqualTo(all());

      edit("UPDATE customers SET name = 'three' WHERE id = 3");
      edit("ALTER TABLE customers CLUSTER BY (name)");
      edit("OPTIMIZE customers");
      assertThat(sent()).isEqualTo(Map.of(key(3), value("three")));
      assertThat(whyNoFeed).isNull();

      edit("OPTIMIZE customers FULL");
      removeStateOf("digests");
      assertThat(sent(byDigests)).as("and state is not read to see that nothing is").isEmpty();
    } finally {
      TestSync.sql("DROP SCHEMA clustered CASCADE");
    }
  }

  private void removeStateOf(String sync) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(sync).resolve("state"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Only Unity itself can show more: who may read, and with which credentials. */
  @Test
  void aTableOfAnotherCatalogIsNotTakenForOneOfTheSameNameInSparksOwn() {
    TestSync.SPARK.conf().set("spark.sql.catalog.elsewhere", FolderCatalog.class.getName());
    TestSync.SPARK.conf().set("spark.sql.catalog.elsewhere.folder", folder.toString());
    TestSync.sql("CREATE SCHEMA shop");
    try {
      TestSync.sql("CREATE TABLE spark_catalog.shop.customers USING delta AS SELECT 1L AS id");
      table = "delta.`" + folder.resolve("shop/customers") + "`";
      create("id BIGINT, name STRING", "", FEED, VECTORS);
      edit("INSERT INTO customers SELECT id, CAST(id AS STRING) FROM range(" + ROWS + ")");
      source = SnapshotSource.of(new SourceSpec.Delta(null, "elsewhere.shop.customers"));
      edit("DELETE FROM customers WHERE id = 4");
      try (Snapshot pinned = source.pin(TestSync.SPARK);
          ChangeFeed feed = source.changesSince(TestSync.SPARK, 1, pinned, List.of("id"))) {
        edit("DELETE FROM customers WHERE id = 5");
        assertThat(pinned.version()).isEqualTo(2);
        assertThat(pinned.rows().count()).isEqualTo(ROWS - 1);
        assertThat(((ChangeFeed.Available) feed).keysTouched().collectAsList().toString())
            .isEqualTo("[[4]]");
      }
    } finally {
      TestSync.sql("DROP SCHEMA shop CASCADE");
      TestSync.SPARK.conf().unset("spark.sql.catalog.elsewhere");
      TestSync.SPARK.conf().unset("spark.sql.catalog.elsewhere.folder");
    }
  }
}
