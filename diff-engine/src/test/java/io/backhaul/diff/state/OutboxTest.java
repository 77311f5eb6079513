/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final Instant NOW = Instant.parse("2024-02-29T12:00:00Z");

  @TempDir Path folder;

  private TableRef table() {
    return new TableRef.ByPath(folder.resolve("outbox").toString());
  }

  private Outbox outbox() {
    return new Outbox(SPARK, table(), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static Dataset<Row> rows(int from, int to, String keyType, String disposition) {
    StructType schema = Outbox.schema(new StructType().add("id", keyType));
    return SPARK
        .range(from, to)
        .selectExpr(
            Arrays.stream(schema.fields())
                .filter(
                    field -> !field.name().equals("run_id") && !field.name().equals("planned_at"))
                .map(
                    field ->
                        (switch (field.name()) {
                              case "disposition" -> "'" + disposition + "'";
                              case "op" -> "'upsert'";
                              case "key" -> "concat('{\"id\":', id, '}')";
                              case "source_key" ->
                                  "named_struct('id', CAST(id AS " + keyType + "))";
                              case "source_rows" -> "2L";
                              default -> "CAST(null AS " + field.dataType().sql() + ")";
                            })
                            + " AS "
                            + field.name())
                .toArray(String[]::new));
  }

  @Test
  void aRunThatIsWrittenTwiceIsThereOnce() {
    Outbox outbox = outbox();
    assertThat(outbox.exists()).isFalse();
    outbox.write("run-1", rows(0, 10, "int", "planned"));
    long version = table().version(SPARK);

    outbox.write("run-1", rows(5, 20, "int", "planned"));

    assertThat(outbox.of("run-1").count()).isEqualTo(10);
    assertThat(table().version(SPARK)).isEqualTo(version);
    assertThat(
            outbox
                .of("run-1")
                .select("planned_at")
                .distinct()
                .as(Encoders.INSTANT())
                .collectAsList())
        .containsExactly(NOW);
  }

  @Tag("fault-30")
  @Test
  void aRunIsDeliveredInTheSamePartitionsAndOrderEachTime() {
    Outbox outbox = outbox();
    outbox.write("run-1", rows(0, 50, "int", "planned").union(rows(50, 60, "int", "invalid")));
    outbox.write("run-2", rows(0, 5, "int", "planned"));

    List<List<String>> first = partitions(outbox.deliverable("run-1", 3));

    assertThat(first).hasSize(3).isEqualTo(partitions(outbox.deliverable("run-1", 3)));
    assertThat(first).allSatisfy(keys -> assertThat(keys).isSorted());
    assertThat(first.stream().flatMap(List::stream)).hasSize(50).doesNotHaveDuplicates();
  }

  @Tag("fault-30")
  @Test
  void aPlanThatIsLaidOutIsDeliveredAsAnybodyElseFindsIt() {
    Outbox writer = outbox();
    writer.layOut(3);
    writer.write("run-1", rows(0, 50, "int", "planned").union(rows(50, 60, "int", "invalid")));
    List<List<String>> delivered = partitions(writer.deliverable("run-1", 3));

    assertThat(writer.asWritten("run-1", 3)).isPresent();
    assertThat(delivered).isEqualTo(partitions(outbox().deliverable("run-1", 3)));
    assertThat(outbox().asWritten("run-1", 3)).isEmpty();
    assertThat(writer.asWritten("run-1", 2)).isEmpty();
    assertThat(partitions(writer.deliverable("run-1", 2)))
        .isEqualTo(partitions(outbox().deliverable("run-1", 2)));

    table().deltaTable(SPARK).optimize().executeCompaction();

    assertThat(partitions(writer.deliverable("run-1", 3))).isEqualTo(delivered);
    assertThat(partitions(outbox().deliverable("run-1", 3))).isEqualTo(delivered);
  }

  @Test
  void everyRowSaysInWhichPartitionItIsDeliveredAlsoWhereOneIsEmpty() {
    Outbox writer = outbox();
    writer.layOut(7);
    writer.write("run-1", rows(0, 4, "int", "planned"));

    assertThat(numbered(writer)).hasSize(4).isEqualTo(numbered(outbox()));
  }

  private static List<String> numbered(Outbox outbox) {
    return outbox.deliverable("run-1", 7).select("partition", "key").collectAsList().stream()
        .map(Row::toString)
        .sorted()
        .toList();
  }

  @Test
  void aPlanThatWasWrittenBeforeIsNotTakenForOneThatIsLaidOut() {
    Outbox again = outbox();
    again.write("run-1", rows(0, 10, "int", "planned"));
    again.layOut(2);

    again.write("run-1", rows(0, 10, "int", "planned"));

    assertThat(again.asWritten("run-1", 2)).isEmpty();
    assertThat(again.deliverable("run-1", 2).count()).isEqualTo(10);
  }

  private static List<List<String>> partitions(Dataset<Row> rows) {
    return rows.select("key").javaRDD().map(row -> row.getString(0)).glom().collect();
  }

  @Test
  void theSummaryCountsByDispositionAndSourceRows() {
    Outbox outbox = outbox();
    outbox.write("run-1", rows(0, 7, "int", "planned").union(rows(7, 10, "int", "invalid")));

    assertThat(outbox.summary("run-1"))
        .isEqualTo(new Outbox.Summary(Map.of("upsert", 7L), 14, 0, 3, 6));
    outbox.discard("run-1");
    assertThat(outbox.summary("run-1")).isEqualTo(new Outbox.Summary(Map.of(), 0, 0, 0, 0));
  }

  @Test
  void aWidenedKeyKeepsEarlierRuns() {
    Outbox outbox = outbox();
    outbox.write("run-1", rows(0, 3, "int", "planned"));
    outbox.write("run-2", rows(0, 4, "bigint", "planned"));
    outbox.write("run-3", rows(0, 5, "int", "planned"));

    assertThat(outbox.of("run-1").count()).isEqualTo(3);
    assertThat(outbox.of("run-2").count()).isEqualTo(4);
    assertThat(outbox.of("run-3").count()).isEqualTo(5);
    StructType key = (StructType) table().read(SPARK).schema().apply("source_key").dataType();
    assertThat(key.apply("id").dataType()).isEqualTo(DataTypes.LongType);
    assertThat(
            table().deltaTable(SPARK).detail().select("partitionColumns").head().<String>getList(0))
        .containsExactly("run_id");
  }
}
